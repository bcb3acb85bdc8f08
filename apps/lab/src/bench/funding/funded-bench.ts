import type { AdmissionRequest } from '#funding';
import { FundedTestEnvironment } from '#funding/testing';
import { toDate } from '#kernel';
import type { BenchDatabase } from '../bench-server.ts';

const TICK = 60;
const READINGS_AT_ONCE = 1_000;
const WALLET = 1_000_000_000_000n;
const NOTHING = { gpus: 0n, seconds: 0n };
const A_TICK_OF_ONE_GPU = { gpus: 1n, seconds: BigInt(TICK) };

/** One company of a migrated database with what is measured, and the acts of funding that are. */
export class FundedBench {
  #jobs = 0;

  private constructor(
    private readonly database: BenchDatabase,
    private readonly environment: FundedTestEnvironment,
    private readonly tenantId: string,
  ) {}

  static async open(database: BenchDatabase): Promise<FundedBench> {
    const environment = await FundedTestEnvironment.create(database.transactions);
    return new FundedBench(database, environment, await environment.company(WALLET));
  }

  /** Credits a second back of a job that was charged in `entries` ticks. */
  async correction(entries: number): Promise<() => Promise<unknown>> {
    const { environment, tenantId, database } = this;
    const [request] = await this.#admit(1);
    if (request === undefined) throw new Error('no job was admitted');
    const meter = (readings: { at: number; gpuSeconds: bigint }[], at: number) =>
      database.transactions.run((tx) =>
        environment.funding.meter(tx, [{ admissionId: request.id, tenantId, readings, holdTarget: NOTHING, final: false }], at),
      );
    for (let done = 0; done < entries; done += READINGS_AT_ONCE) {
      const ticks = Array.from({ length: Math.min(READINGS_AT_ONCE, entries - done) }, (_, index) => done + index + 1);
      const readings = ticks.map((tick) => ({ at: environment.start + tick * TICK, gpuSeconds: BigInt(tick * TICK) }));
      await meter(readings, environment.start + (ticks.at(-1) ?? 0) * TICK);
    }
    await this.#analyze();
    const at = environment.start + entries * TICK;
    let gpuSeconds = BigInt(entries * TICK);
    return () => meter([{ at, gpuSeconds: (gpuSeconds -= 1n) }], at);
  }

  /** Meters all of `jobs` running jobs for a tick, and renews their holds. */
  async tick(jobs: number): Promise<() => Promise<unknown>> {
    const { environment, tenantId, database } = this;
    await this.#cap();
    const admitted = await this.#admit(jobs);
    await this.#analyze();
    let ticks = 0;
    return () => {
      ticks += 1;
      const at = environment.start + ticks * TICK;
      const reports = admitted.map(({ id }) => ({
        ...{ admissionId: id, tenantId, readings: [{ at, gpuSeconds: BigInt(ticks * TICK) }], holdTarget: A_TICK_OF_ONE_GPU, final: false },
      }));
      return database.transactions.run((tx) => environment.funding.meter(tx, reports, at));
    };
  }

  /** Opens one job more, beside `jobs` that run. */
  async hold(jobs: number): Promise<() => Promise<unknown>> {
    await this.#cap();
    await this.#admit(jobs);
    await this.#analyze();
    return () => this.#admit(1);
  }

  /** Quotes a job to a company with `past` grants and months of use behind it. */
  async loading(past: number): Promise<() => Promise<unknown>> {
    const { environment, tenantId, database } = this;
    const grantId = await this.#cap();
    await database.owner.query(
      `INSERT INTO subsidy_grant (id, programme_id, tenant_id, unit, name, valid_from, valid_until, opened_at)
       SELECT 'grant_past' || n, programme_id, tenant_id, unit, name, $2::timestamptz - make_interval(days => 60 + n),
              $2::timestamptz - make_interval(days => 30 + n), opened_at
         FROM subsidy_grant, generate_series(1, $3::int) n WHERE id = $1`,
      [grantId, toDate(environment.start), past],
    );
    await database.owner.query(
      `INSERT INTO funding_programme_use (programme_id, tenant_id, month, paid)
       SELECT programme_id, tenant_id, to_char($2::timestamptz - make_interval(months => n), 'YYYY-MM'), 1
         FROM subsidy_grant, generate_series(1, $3::int) n WHERE id = $1`,
      [grantId, toDate(environment.start), past],
    );
    await this.#analyze();
    const request = { tenantId, gpuClass: 'h800', gpuSeconds: 3_600n, fenPerGpuHour: 1_250n, selfPay: true };
    return () => database.transactions.run((tx) => environment.quotes.quote(tx, request, environment.start));
  }

  async #cap(): Promise<string> {
    return await this.environment.grant(this.tenantId, WALLET, { capPerTenant: WALLET / 2n, monthlyCapPerTenant: WALLET / 4n });
  }

  async #admit(jobs: number): Promise<AdmissionRequest[]> {
    const { tenantId, environment } = this;
    const openings = Array.from({ length: jobs }, () => {
      const jobId = `job_bench${(this.#jobs += 1)}`;
      const request = { id: `${jobId}/1`, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      return { request, holdTarget: A_TICK_OF_ONE_GPU };
    });
    const refused = await this.database.transactions.run((tx) => environment.funding.openAll(tx, openings, environment.start));
    for (const refusal of refused.values()) throw refusal;
    return openings.map(({ request }) => request);
  }

  async #analyze(): Promise<void> {
    await this.database.owner.query('VACUUM (ANALYZE)');
  }
}
