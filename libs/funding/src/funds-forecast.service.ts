import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, type Instant, invariant } from '#kernel';
import { LedgerService } from '#ledger';
import { type Consumption, forecastFunds, type FundsForecast } from './domain/funds-forecast.ts';
import { loadFunds } from './stored-funds.ts';

/** How far ahead the funds of a company are forecast. */
export const FORECAST_DAYS = 366;

/** The future of a company's grants and wallet at a given consumption. Writes nothing, holds nothing. */
@Injectable()
export class FundsForecastService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly calendar: BusinessCalendar,
  ) {}

  async forecast(tx: Tx, tenantId: string, consumption: readonly Consumption[], at: Instant): Promise<FundsForecast> {
    const funds = (await loadFunds(tx, this.ledger, this.calendar, [tenantId], { instants: [at] })).get(tenantId);
    invariant(funds !== undefined, `funds of ${tenantId} were read`);
    return forecastFunds(funds, consumption, at, FORECAST_DAYS, this.calendar);
  }
}
