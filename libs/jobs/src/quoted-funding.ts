import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { QuotesService } from '#funding';
import { instantOf } from '#kernel';
import { FundingCheck } from './funding-check.ts';

/** Asks the funding module, at the present list price. */
@Injectable()
export class QuotedFunding extends FundingCheck {
  constructor(
    private readonly catalog: CatalogService,
    private readonly quotes: QuotesService,
  ) {
    super();
  }

  override async canEverFund(tx: Tx, job: Parameters<FundingCheck['canEverFund']>[1]): Promise<boolean> {
    const fenPerGpuHour = await this.catalog.priceAt(tx, job.gpuClass, job.at);
    return await this.quotes.canEverFund(tx, { ...job, fenPerGpuHour }, instantOf(job.at));
  }
}
