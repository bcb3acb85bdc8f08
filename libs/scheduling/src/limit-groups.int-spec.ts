import { TestDatabase } from '#database/testing';
import { GrantsTestEnvironment, lin } from '#grants/testing';
import { ConcurrencyLimitsService } from './concurrency-limits.service.ts';
import type { GpuLimit } from './domain/limit-tree.ts';
import { LimitGroupsService } from './limit-groups.service.ts';

describe('the tree of limits (S2)', () => {
  let database: TestDatabase;
  let environment: GrantsTestEnvironment;
  let limits: ConcurrencyLimitsService;
  let groups: LimitGroupsService;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await new GrantsTestEnvironment(database.transactions).addClass();
    limits = new ConcurrencyLimitsService(environment.catalog, environment.audit);
    groups = new LimitGroupsService(environment.companies, environment.catalog, limits, environment.audit);
  });
  afterAll(() => database.drop());

  const setGroup = (name: string, companies: string[]) => database.transactions.run((tx) => groups.setGroup(tx, lin, name, companies));
  const setLimit = (node: string, limit: GpuLimit) => database.transactions.run((tx) => groups.setLimit(tx, lin, node, 'h800', limit));
  const tree = () => groups.tree(database.transactions.reader);

  it('holds the shares and limits of the park, of groups and of their companies', async () => {
    const [a, b, c] = [await environment.company(), await environment.company(), await environment.company()];
    await setGroup('xuhui', [a, b, b]);
    await setLimit('xuhui', { share: 16, maxGpus: null });
    await setLimit('park', { share: null, maxGpus: 64 });
    await database.transactions.run((tx) => limits.set(tx, lin, a, 'h800', { share: 4, maxGpus: 8 }));
    const expected = new Map([
      ['park/h800', { share: null, maxGpus: 64 }],
      ['xuhui/h800', { share: 16, maxGpus: null }],
      [`${a}/h800`, { share: 4, maxGpus: 8 }],
    ]);
    expect((await tree()).limits).toEqual(expected);
    expect((await tree()).groupOf).toEqual(
      new Map([
        [a, 'xuhui'],
        [b, 'xuhui'],
      ]),
    );
    // A company leaves the group of before; one without companies is gone, and its limits with it.
    await setGroup('minhang', [b, c]);
    expect((await tree()).groupOf.get(b)).toBe('minhang');
    await setGroup('xuhui', []);
    expect([...(await tree()).limits.keys()].sort()).toEqual([`${a}/h800`, 'park/h800'].sort());
    expect((await tree()).groupOf.get(a)).toBeUndefined();
  });

  it.each<[string, string, GpuLimit, string]>([
    ['a share above the limit', 'park', { share: 9, maxGpus: 8 }, 'concurrency-limit.invalid'],
    ['a share that is not whole', 'park', { share: 1.5, maxGpus: null }, 'concurrency-limit.invalid'],
    ['a group that nobody made', 'nowhere', { share: 1, maxGpus: null }, 'limit-group.unknown'],
  ])('refuses %s', async (_what, node, limit, code) => {
    await expect(setLimit(node, limit)).rejects.toMatchObject({ code });
  });

  it('refuses a group with a company that is unknown, and leaves the group as it was', async () => {
    const a = await environment.company();
    await setGroup('jingan', [a]);
    await expect(setGroup('jingan', ['company_nobody'])).rejects.toMatchObject({ kind: 'not-found' });
    expect((await tree()).groupOf.get(a)).toBe('jingan');
  });
});
