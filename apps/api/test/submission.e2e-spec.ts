import { AuditTrailService, systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { DatabaseProxy } from '#database/testing';
import { WalletsService } from '#funding';
import { instantOf } from '#kernel';
import { CompaniesService, type Company } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const park = systemActor('test');
/** Statements of one submission: of its guard, its idempotency and its transaction's beginning and end too. */
const MOST_STATEMENTS = 14;

function file(name: string) {
  return {
    ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name } },
    spec: { gpuClass: 'h800', gpusPerReplica: 8, image: 'registry.park.example/jiding/train:1.4', maxRuntime: '1h', selfPay: true },
  };
}

describe('submissions', () => {
  let proxy: DatabaseProxy;
  let environment: ApiTestEnvironment;
  let company: Company;
  let engineer: Call;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({}, undefined, undefined, async (databaseUrl) => {
      proxy = await DatabaseProxy.start(databaseUrl);
      return proxy.url;
    });
    company = await environment.company();
    engineer = (await environment.person('engineer', company)).call;
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, park, { code: 'h800', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } });
      await catalog.addPrice(tx, park, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 100_000n, reference: 'bank 1', key: 'topup-1' };
      await environment.app.get(WalletsService, { strict: false }).topUp(tx, park, topUp, instantOf(new Date()));
    });
  });
  afterAll(async () => {
    await environment.stop();
    await proxy.stop();
  });

  const submit = (name: string, key: string) => engineer('POST', '/jobs', file(name), { 'idempotency-key': key });

  it(`take at most ${MOST_STATEMENTS} statements each`, async () => {
    const counts: number[] = [];
    for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
      const before = proxy.answers;
      const answer = await submit(name, name);
      expect(answer.status).toBe(201);
      counts.push(proxy.answers - before);
    }
    // The API's timers, and new connections, have statements of their own, which can only add to some of the counts.
    expect(Math.min(...counts)).toBeLessThanOrEqual(MOST_STATEMENTS);
  });

  it('at once under few keys are one job for each key, and one chain of audit records (J3)', async () => {
    const answers = await Promise.all(Array.from({ length: 48 }, (_, index) => submit(`many-${index % 12}`, `many-${index % 12}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const ids = answers.map(({ body }) => (body as { id: string }).id);
    expect(new Set(ids).size).toBe(12);
    ids.forEach((id, index) => expect(id).toBe(ids[index % 12]));
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(36);
    const [found] = await environment.database.owner.query<{ jobs: bigint; events: bigint; recorded: bigint }[]>(
      `SELECT (SELECT count(*) FROM job WHERE name LIKE 'many-%') AS jobs,
              (SELECT count(*) FROM job_event e JOIN job j ON j.id = e.job_id WHERE j.name LIKE 'many-%' AND e.sequence = 1 AND j.event_count = 1) AS events,
              (SELECT count(*) FROM audit_event WHERE action = 'job.submitted' AND object_id = ANY ($1)) AS recorded`,
      [ids],
    );
    expect(found).toEqual({ jobs: 12n, events: 12n, recorded: 12n });
    expect(await new AuditTrailService().verify(environment.database.transactions.reader)).toMatchObject({ intact: true, faults: [] });
  });

  it('tell what they refuse in the order in which a person would mend it: the company, the class, the money', async () => {
    const poor = await environment.company('穷科技');
    const person = (await environment.person('engineer', poor)).call;
    const ask = (gpuClass: string) =>
      person('POST', '/jobs', { ...file('poor'), spec: { ...file('poor').spec, gpuClass } }, { 'idempotency-key': `poor-${gpuClass}` });
    expect((await ask('h800')).body).toMatchObject({ code: 'job.no-funding' });
    expect((await ask('none')).body).toMatchObject({ code: 'job.unknown-class' });
    await environment.database.transactions.run((tx) =>
      environment.app.get(CompaniesService).setStatus(tx, park, poor.id, { status: 'suspended', reason: 'unpaid' }, poor.version),
    );
    expect((await ask('none')).body).toMatchObject({ code: 'company.suspended' });
  });
});
