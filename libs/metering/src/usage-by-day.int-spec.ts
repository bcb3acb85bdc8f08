import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { instantOf, toDate } from '#kernel';
import { usageByDay } from './metered-admissions.queries.ts';

const DAY = 86_400;
const HOUR = 3_600;

describe('usage by day (S1)', () => {
  let database: TestDatabase;
  let tenantId: string;
  const midnight = instantOf(new Date('2026-10-10T00:00:00Z'));
  beforeAll(async () => {
    database = await TestDatabase.create();
    const environment = await FundedTestEnvironment.create(database.transactions);
    tenantId = await environment.company();
    await database.owner.query(
      `INSERT INTO funding_admission (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, opened_at)
       VALUES ('job_a/1', 'job_a', $1, 'h800', 1250, true, $2)`,
      [tenantId, toDate(midnight)],
    );
  });
  afterAll(async () => {
    await database.drop();
  });

  const pod = (uid: string, gpus: number, start: number, end: number | null) =>
    database.owner.query(
      `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
       VALUES ($1, 'job_a/1', 'job_a', $2, $3, $4, $5, $4, $6)`,
      [uid, tenantId, gpus, toDate(start), end === null ? null : toDate(end), end === null ? null : 'reported'],
    );

  it('splits pods at midnight, counts running ones up to now, and nothing outside the span', async () => {
    await pod('over-midnight', 4, midnight - HOUR, midnight + 2 * HOUR);
    await pod('running', 8, midnight + 3 * HOUR, null);
    await pod('long-ago', 8, midnight - 60 * DAY, midnight - 59 * DAY);
    await pod('began-before-the-span', 1, midnight - 3 * DAY, midnight - 2 * DAY + 10);
    const days = await usageByDay(database.transactions.reader, { from: midnight - 2 * DAY, until: midnight + 4 * HOUR });
    expect(days).toEqual([
      { tenantId, gpuClass: 'h800', middle: midnight - 1.5 * DAY, gpuSeconds: 10n },
      { tenantId, gpuClass: 'h800', middle: midnight - 0.5 * DAY, gpuSeconds: BigInt(4 * HOUR) },
      { tenantId, gpuClass: 'h800', middle: midnight + 0.5 * DAY, gpuSeconds: BigInt(4 * 2 * HOUR + 8 * HOUR) },
    ]);
  });

  it('reads the last weeks by index, however much ran before', async () => {
    await database.owner.query(
      `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
       SELECT 'old-' || n, 'job_a/1', 'job_a', $1, 1, $2::timestamptz - n * interval '1 minute' - interval '1 hour',
              $2::timestamptz - n * interval '1 minute', $2, 'reported' FROM generate_series(1, 20000) AS n`,
      [tenantId, toDate(midnight - 100 * DAY)],
    );
    await database.owner.query('ANALYZE usage_interval');
    const plan = await database.owner.query<{ 'QUERY PLAN': string }[]>(
      `EXPLAIN SELECT FROM usage_interval u WHERE u.ended_at > to_timestamp(${midnight - 2 * DAY}) OR u.ended_at IS NULL`,
    );
    const told = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(told).toContain('usage_interval_ended');
    expect(told).not.toContain('Seq Scan');
  });
});
