import type { AfterQueryEvent } from 'typeorm';
import { AuditService, systemActor } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { ManualClock } from '#kernel';
import { SecretsService } from '#secrets';
import { CompaniesService } from '#tenancy';
import { someCompany } from '#tenancy/testing';
import { FundingCheck } from './funding-check.ts';
import type { Job } from './job.ts';
import { JobAcceptanceService } from './job-acceptance.service.ts';
import { JobSettings } from './job-settings.ts';
import { JobsService } from './jobs.service.ts';
import { PlaceableJobsService } from './placeable-jobs.service.ts';
import { someJobSpec } from './testing/index.ts';

const controller = systemActor('controller');

class AnyFunds extends FundingCheck {
  override canEverFund(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

describe('the jobs that a cycle looks at', () => {
  let database: TestDatabase;
  let tenantId: string;
  const clock = new ManualClock(new Date('2026-10-01T00:00:00Z'));
  const audit = new AuditService(clock);
  const catalog = new CatalogService(audit);
  const companies = new CompaniesService(audit, clock);
  const acceptance = new JobAcceptanceService(
    catalog,
    companies,
    new AnyFunds(),
    new SecretsService(audit, clock),
    clock,
    new JobSettings(),
  );
  const jobs = new JobsService(acceptance, companies, audit, clock);
  const placeable = new PlaceableJobsService();
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.transactions.run(work);
  const submit = async (): Promise<Job> => {
    clock.advance(1_000);
    return await run((tx) => jobs.submit(tx, controller, tenantId, someJobSpec()));
  };

  /** Reads them, and counts the whole jobs that the database sent. */
  const read = async () => {
    let fetched = 0;
    const counter = {
      afterQuery: ({ rawResults }: AfterQueryEvent): void => {
        const { rows = [] } = (rawResults ?? {}) as { rows?: object[] };
        fetched += rows.filter((row) => 'gpuClass' in row).length;
      },
    };
    const { subscribers } = database.dataSource;
    subscribers.push(counter);
    const { queue, active } = await placeable.read(database.transactions.reader);
    subscribers.splice(subscribers.indexOf(counter), 1);
    return { queue: queue.map(({ id }) => id), active: active.map(({ id, state, attempt }) => [id, state, attempt]), fetched };
  };

  beforeAll(async () => {
    database = await TestDatabase.create();
    await run(async (tx) => {
      tenantId = (await someCompany(tx, {}, clock)).id;
      await catalog.addClass(tx, controller, { code: 'h800', gpusPerNode: 8 });
    });
  });
  afterAll(async () => {
    await database.drop();
  });

  it('are read whole once, and again only when something happened to them', async () => {
    const submitted: Job[] = [];
    for (let n = 0; n < 5; n += 1) submitted.push(await submit());
    const [a, b, ...others] = submitted.map(({ id }) => id);
    expect(await read()).toEqual({ queue: [a, b, ...others], active: [], fetched: 5 });
    expect(await read()).toEqual({ queue: [a, b, ...others], active: [], fetched: 0 });
    await run((tx) => jobs.apply(tx, a!, { kind: 'admitted', placement: ['h800-0'] }, controller));
    expect(await read()).toEqual({ queue: [b, ...others], active: [[a, 'Admitted', 1]], fetched: 1 });
    await run((tx) => jobs.apply(tx, a!, { kind: 'rolled-back' }, controller));
    await run((tx) => jobs.cancel(tx, controller, b!));
    expect(await read()).toEqual({ queue: [a, ...others], active: [], fetched: 1 });
  });
});
