import { Injectable, Logger } from '@nestjs/common';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { Clock, type Instant, instantOf } from '#kernel';
import { type MeteredAdmission, MeteringService } from '#metering';
import { Charges } from '../charges.ts';
import { ControllerSettings } from '../controller-settings.ts';

/** Admissions metered in one transaction. The number limits memory, and how long settlements wait for the locks of these tenants. */
const BATCH = 500;
/** Seconds until a failed tick is repeated. */
const RETRY_SECONDS = 5;

/** Charges running jobs at each tick, and sooner where the funds of one end before (rules M4, F6). */
@Injectable()
export class MeteringLoop {
  readonly #log = new Logger('metering');

  constructor(
    private readonly transactions: Transactions,
    private readonly metering: MeteringService,
    private readonly charges: Charges,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns milliseconds of the clock until the next turn: a tick, or less where the funds of a job end before that */
  async turn(term: LeaderTerm): Promise<number> {
    const open = (await this.metering.open(this.transactions.reader)).filter((admission) => admission.intervals.length > 0);
    let soonest = Number.POSITIVE_INFINITY;
    for (const batch of wholeTenants(open)) {
      // A tenant whose tick fails does not hold up the others. Its tick is repeated soon, and its jobs keep their holds until then.
      const { results, failed } = await inIsolatedBatches(batch, batch.length, (tenants) => this.#tick(term, tenants.flat()));
      for (const { item, error } of failed) this.#log.error(`the tick of ${item[0]?.tenantId ?? ''} failed: ${String(error)}`);
      const again = failed.length > 0 ? instantOf(this.clock.now()) + RETRY_SECONDS : Number.POSITIVE_INFINITY;
      soonest = Math.min(soonest, again, ...results);
    }
    const now = instantOf(this.clock.now());
    return Math.max(1, Math.min(this.settings.meteringTickSeconds, soonest - now)) * 1_000;
  }

  async #tick(term: LeaderTerm, admissions: readonly MeteredAdmission[]): Promise<Instant> {
    return await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const { at: now, forecasts, stopped } = await this.charges.charge(tx, admissions, this.settings.lookAheadSeconds);
      for (const { id } of stopped) this.#log.log(`${id} is stopped, because its funds are exhausted`);
      const stops = forecasts.flatMap(({ exhaustion }) => (exhaustion?.basis === 'hold' ? [exhaustion.stopAt] : []));
      return Math.min(Number.POSITIVE_INFINITY, ...stops.filter((at) => at > now));
    });
  }
}

/** Batches of tenants. The admissions of a tenant share its funds, so they stay in one batch. */
function wholeTenants(admissions: readonly MeteredAdmission[]): MeteredAdmission[][][] {
  const batches: MeteredAdmission[][][] = [];
  let capacity = 0;
  for (const own of Map.groupBy(admissions, (admission) => admission.tenantId).values()) {
    const last = batches.at(-1);
    if (last !== undefined && own.length <= capacity) last.push(own);
    else batches.push([own]);
    capacity = (last !== undefined && own.length <= capacity ? capacity : BATCH) - own.length;
  }
  return batches;
}
