import { Injectable } from '@nestjs/common';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { type Tx, Transactions } from '#database';
import { FundingService, NO_HOLD, WalletsService } from '#funding';
import { BusinessCalendar, DomainError, type Instant, invariant, toDate } from '#kernel';
import { LedgerService } from '#ledger';
import { gpuSecondsBefore } from '#metering';
import { StatementsService } from '#statements';
import { GrantsService, type Lapse, LapsesService } from '#grants';
import { ProgrammesService } from '#programmes';
import { CompaniesService, syntheticCreditCode } from '#tenancy';
import type { ReplayReport } from './domain/report.ts';
import { type Scenario, type ScenarioEvent, ScenarioRefused } from './domain/scenario.ts';
import { type Stretch, timelineOf } from './domain/timeline.ts';
import { reportOf } from './replay-report.ts';

const REPLAY = systemActor('replay');
/** An instant before all events of a scenario. */
const OPENING: Instant = 0;

class RollBack extends Error {
  constructor(readonly report: ReplayReport) {
    super('a replay is rolled back');
  }
}

/**
 * Runs scenarios through the services that run the park: every rule has one implementation (replay.md). The calendar of its process
 * has the time zone of the scenarios.
 */
@Injectable()
export class ReplayService {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly catalog: CatalogService,
    private readonly programmes: ProgrammesService,
    private readonly grants: GrantsService,
    private readonly wallets: WalletsService,
    private readonly lapses: LapsesService,
    private readonly ledger: LedgerService,
    private readonly funding: FundingService,
    private readonly statements: StatementsService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** Replays `scenario` in one transaction that is rolled back: the database may be fresh or in use, and is left as it was. @throws ScenarioRefused */
  async run(scenario: Scenario): Promise<ReplayReport> {
    const { timeZone } = this.calendar;
    invariant(scenario.timezone === timeZone, `a scenario of ${scenario.timezone} is replayed with the calendar of ${timeZone}`);
    try {
      await this.transactions.run(async (tx) => {
        throw new RollBack(await this.#replay(tx, scenario));
      });
    } catch (error) {
      if (error instanceof RollBack) return error.report;
      throw error;
    }
    throw new Error('a replay ends by rolling back');
  }

  async #replay(tx: Tx, scenario: Scenario): Promise<ReplayReport> {
    const { calendar, funding, statements } = this;
    await this.#setUp(tx, scenario);
    await this.#admit(tx, scenario);
    const lapses: Lapse[] = [];
    for (const stretch of timelineOf(scenario, calendar)) {
      await meter(tx, scenario, funding, stretch);
      lapses.push(...(await this.lapses.lapseDue(tx, stretch.at)));
      for (const { index, event } of stretch.events) await this.#apply(tx, event, index);
    }
    return await reportOf(tx, scenario, { calendar, statements, ledger: this.ledger, lapses });
  }

  async #setUp(tx: Tx, scenario: Scenario): Promise<void> {
    for (const { code, prices } of scenario.gpuClasses) {
      await this.catalog.addClass(tx, REPLAY, {
        ...{ code, name: code, vendor: 'nvidia', resourceName: 'nvidia.com/gpu', nodeSelector: {}, gpusPerNode: 8, weight: 100 },
      });
      for (const { from, fenPerGpuHour } of prices) await this.catalog.addPrice(tx, REPLAY, code, { from: toDate(from), fenPerGpuHour });
    }
    for (const programme of scenario.programmes) {
      const { code, budget, ...terms } = programme;
      const period = { validFrom: toDate(OPENING), validUntil: toDate(scenario.until + 1) };
      await this.programmes.create(tx, REPLAY, { ...terms, ...period, id: code, code, name: code, funder: 'replay', status: 'open' });
      if (budget > 0n) await this.programmes.appropriate(tx, REPLAY, code, budget, 'budget', OPENING);
    }
    for (const [index, { code, wallet }] of scenario.tenants.entries()) {
      await this.companies.register(tx, REPLAY, {
        id: code,
        name: code,
        slug: `replay-${index}`,
        creditCode: syntheticCreditCode(REPLAYED + index),
      });
      await this.wallets.open(tx, [code]);
      if (wallet > 0n)
        await this.wallets.topUp(tx, REPLAY, { tenantId: code, amount: wallet, reference: 'opening', key: 'opening' }, OPENING);
    }
    for (const { code, programme, tenant, amount, validFrom, validUntil } of scenario.grants) {
      const dates = { validFrom: toDate(validFrom), validUntil: toDate(validUntil) };
      await this.grants.open(tx, REPLAY, { id: code, programmeId: programme, tenantId: tenant, amount, ...dates, effectiveAt: OPENING });
    }
  }

  /** Usage is a fact here: admissions are opened without a hold, and hold nothing later (replay.md). */
  async #admit(tx: Tx, scenario: Scenario): Promise<void> {
    for (const { code, tenant, class: gpuClass, selfPay, admittedAt } of scenario.jobs) {
      const fenPerGpuHour = await this.catalog.priceAt(tx, gpuClass, toDate(admittedAt));
      const request = { id: code, jobId: code, tenantId: tenant, gpuClass, fenPerGpuHour, selfPay };
      await this.funding.open(tx, request, NO_HOLD, admittedAt);
    }
  }

  async #apply(tx: Tx, event: ScenarioEvent, index: number): Promise<void> {
    if (movesNothing(event)) return;
    switch (event.type) {
      case 'topUp': {
        const { tenant: tenantId, amount } = event;
        await this.wallets.topUp(tx, REPLAY, { tenantId, amount, reference: `events/${index}`, key: `event-${index}` }, event.at);
        return;
      }
      case 'freezeGrant':
        await this.grants.freeze(tx, REPLAY, event.grant, 'replay', event.at);
        return;
      case 'unfreezeGrant':
        await this.grants.unfreeze(tx, REPLAY, event.grant, 'replay', event.at);
        return;
      case 'clawBack':
        await this.grants.clawBack(tx, REPLAY, event.grant, event.amount, 'replay', event.at);
        return;
      case 'amendGrant':
        await this.#amend(tx, event.grant, event.addAmount, event.at, index);
        return;
    }
  }

  /** What a budget has left is known only now: claw-backs and lapses before may have given to it. */
  async #amend(tx: Tx, grant: string, addAmount: bigint, at: Instant, index: number): Promise<void> {
    try {
      await this.grants.amend(tx, REPLAY, grant, { addAmount }, at);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'programme.budget-exceeded') throw error;
      const message = `${error.detail} Add less, or raise its budget.`;
      throw new ScenarioRefused([{ pointer: `/events/${index}/addAmount`, message }]);
    }
  }
}

function movesNothing(event: ScenarioEvent): boolean {
  return ('amount' in event && event.amount === 0n) || ('addAmount' in event && event.addAmount === 0n);
}

/** Numbers of synthetic credit codes that nobody else uses. */
const REPLAYED = 900_000;

async function meter(tx: Tx, scenario: Scenario, funding: FundingService, stretch: Stretch): Promise<void> {
  if (scenario.jobs.length === 0) return;
  const reports = scenario.jobs.map(({ code, tenant, pods }) => {
    const intervals = pods.map(({ uid, gpus, start, end }) => ({ podUid: uid, gpus, start, end }));
    const readings = stretch.readings.map((at) => ({ at, gpuSeconds: gpuSecondsBefore(intervals, at) }));
    return { admissionId: code, tenantId: tenant, readings, holdTarget: NO_HOLD, final: false };
  });
  await funding.meter(tx, reports, stretch.at);
}
