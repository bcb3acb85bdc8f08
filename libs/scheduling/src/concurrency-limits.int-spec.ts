import { TestDatabase } from '#database/testing';
import { GrantsTestEnvironment, lin } from '#grants/testing';
import { ConcurrencyLimitsService } from './concurrency-limits.service.ts';

describe('concurrency limits (S2)', () => {
  let database: TestDatabase;
  let environment: GrantsTestEnvironment;
  let limits: ConcurrencyLimitsService;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await new GrantsTestEnvironment(database.transactions).addClass();
    limits = new ConcurrencyLimitsService(environment.catalog, environment.audit);
  });
  afterAll(() => database.drop());

  const set = (tenantId: string, gpuClass: string, maxGpus: number | null) =>
    database.transactions.run((tx) => limits.set(tx, lin, tenantId, gpuClass, { share: null, maxGpus }));
  const listed = (tenantId: string) => limits.list(database.transactions.reader, [tenantId]);

  it('stand for a company and class until they are changed or lifted', async () => {
    const tenantId = await environment.company();
    const other = await environment.company();
    await set(tenantId, 'h800', 16);
    await set(other, 'h800', 0);
    await set(tenantId, 'h800', 24);
    expect(await listed(tenantId)).toEqual([{ tenantId, gpuClass: 'h800', maxGpus: 24, share: null }]);
    await set(tenantId, 'h800', null);
    expect(await listed(tenantId)).toEqual([]);
    expect(await listed(other)).toEqual([{ tenantId: other, gpuClass: 'h800', maxGpus: 0, share: null }]);
  });

  it.each([
    ['a number that is not whole', 'h800', 1.5, 'concurrency-limit.invalid'],
    ['a number below zero', 'h800', -1, 'concurrency-limit.invalid'],
    ['a class that is unknown', 'h900', 8, 'catalog.unknown-class'],
  ])('refuse %s and change nothing', async (_name, gpuClass, maxGpus, code) => {
    const tenantId = await environment.company();
    await expect(set(tenantId, gpuClass, maxGpus)).rejects.toMatchObject({ code });
    expect(await listed(tenantId)).toEqual([]);
  });
});
