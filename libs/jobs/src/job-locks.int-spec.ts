import { AuditService, systemActor } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { ManualClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { SecretsService } from '#secrets';
import { CompaniesService } from '#tenancy';
import { someCompany } from '#tenancy/testing';
import { FundingCheck } from './funding-check.ts';
import type { Job } from './job.ts';
import { JobAcceptanceService } from './job-acceptance.service.ts';
import { JobSettings } from './job-settings.ts';
import { JobNotesService } from './job-notes.service.ts';
import { JobsService } from './jobs.service.ts';
import { someJobSpec } from './testing/index.ts';

const controller = systemActor('controller');
const NOW = new Date('2026-10-01T00:00:00Z');

class AnyFunds extends FundingCheck {
  override canEverFund(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

describe('jobs are locked in the order of their ids, whatever the order in which they are given', () => {
  let database: TestDatabase;
  let tenantId: string;
  const clock = new ManualClock(NOW);
  const audit = new AuditService(clock);
  const companies = new CompaniesService(audit, clock);
  const acceptance = new JobAcceptanceService(
    new CatalogService(audit),
    companies,
    new AnyFunds(),
    new SecretsService(audit, clock),
    clock,
    new JobSettings(),
  );
  const jobs = new JobsService(acceptance, companies, audit, clock);
  const notes = new JobNotesService(jobs, clock);
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.transactions.run(work);

  beforeAll(async () => {
    database = await TestDatabase.create();
    await run(async (tx) => {
      tenantId = (await someCompany(tx, { slug: 'jiding' }, clock)).id;
      await new CatalogService(audit).addClass(tx, controller, { code: 'h800', gpusPerNode: 8 });
    });
  });
  afterAll(async () => {
    await database.drop();
  });

  const waiting = { reason: 'capacity', detail: 'Waits for 8 GPUs.', expectedStart: null, jobsAhead: null, place: 1, reasons: [] };
  const exit = { reason: 'platform failure', detail: 'Its node was lost.', exitCode: null };
  const end = { cause: 'platform', event: 'rolled-back', exit, at: 0 } as const;
  const start = async (job: Job): Promise<void> => {
    await run((tx) => jobs.apply(tx, job.id, { kind: 'admitted' }, controller));
    await run((tx) => jobs.apply(tx, job.id, { kind: 'started' }, controller));
  };
  const isWaiting = async (): Promise<boolean> => {
    const rows = await database.owner.query<unknown[]>(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  };

  it.each<[string, (tx: Tx, given: readonly Job[]) => Promise<void>, boolean]>([
    [
      'reasons of waiting',
      (tx, given) =>
        jobs.explainWaiting(
          tx,
          given.map(({ id }) => ({ jobId: id, ...waiting })),
        ),
      false,
    ],
    [
      'ends that are decided',
      (tx, given) =>
        jobs.decideEnds(
          tx,
          given.map(({ id }) => ({ jobId: id, attempt: 0, end })),
        ),
      false,
    ],
    [
      'warnings',
      (tx, given) =>
        notes.warnOfDrain(
          tx,
          controller,
          { company: { id: 'company_x', name: 'X', status: 'suspended', reason: null }, stopsAt: NOW.toISOString() },
          given.map((job) => ({ job, reason: 'x', data: {} })),
        ),
      false,
    ],
    [
      'forecasts',
      (tx, given) =>
        notes.forecastExhaustion(
          tx,
          given.map((job) => ({ job, at: NOW, distances: [] })),
          controller,
        ),
      true,
    ],
  ])('for %s', async (_, write, running) => {
    const given: Job[] = [];
    for (let count = 0; count < 2; count += 1) given.push(await run((tx) => jobs.submit(tx, controller, tenantId, someJobSpec({}))));
    if (running) for (const job of given) await start(job);
    const ids = given.map(({ id }) => id).sort();
    const holder = database.dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT FROM job WHERE id = $1 FOR UPDATE', [ids[0]]);
    const written = run((tx) =>
      write(
        tx,
        given.toSorted((a, b) => (a.id < b.id ? 1 : -1)),
      ),
    );
    await eventually('a write that waits for the lock', isWaiting, (seen) => seen);
    const free = await database.owner.query<unknown[]>('SELECT id FROM job WHERE id = $1 FOR UPDATE SKIP LOCKED', [ids[1]]);
    await holder.rollbackTransaction();
    await holder.release();
    await written;
    expect(free).toEqual([{ id: ids[1] }]);
  });
});
