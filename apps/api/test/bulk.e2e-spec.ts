import { AuditTrailService, systemActor } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { WalletsService } from '#funding';
import { instantOf } from '#kernel';
import type { Company } from '#tenancy';
import { type Answer, ApiTestEnvironment, type Call } from './api-test-environment.ts';

const actor = systemActor('test');
const PERIOD = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2099-12-31T00:00:00Z' };

describe('requests about several objects', () => {
  let environment: ApiTestEnvironment;
  let company: Company, other: Company;
  let owner: Call, stranger: Call, reviewer: Call, administrator: Call;
  let programmeId: string;

  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => environment.database.transactions.run(work);

  async function made(call: Call, method: string, path: string, body?: unknown, version?: number): Promise<Answer['body']> {
    const headers = { 'idempotency-key': crypto.randomUUID(), ...(version !== undefined && { 'if-match': `"${version}"` }) };
    const answer = await call(method, path, body, headers);
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as unknown;
  }
  const idOf = async (...request: Parameters<typeof made>): Promise<string> => ((await made(...request)) as { id: string }).id;
  const job = async (call: Call, name: string): Promise<string> => {
    const spec = { gpuClass: 'h800', gpusPerReplica: 1, image: 'train:1', command: ['true'], maxRuntime: '1h', selfPay: true };
    return await idOf(call, 'POST', '/jobs', { apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name }, spec });
  };
  const stateOf = async (id: string): Promise<string> => ((await made(owner, 'GET', `/jobs/${id}`)) as { state: string }).state;
  const recordsOf = async (action: string, id: string): Promise<number> => {
    const records = await run((tx) => environment.app.get(AuditTrailService, { strict: false }).list(tx, { action, limit: 100 }));
    return records.filter(({ objectId }) => objectId === id).length;
  };
  const submitted = async (amount: number): Promise<string> => {
    const id = await idOf(owner, 'POST', '/applications', { kind: 'grant', programmeId, purpose: '微调', amount, ...PERIOD });
    await made(owner, 'POST', `/applications/${id}/submit`, undefined, 1);
    return id;
  };

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    [company, other] = [await environment.company('极订科技'), await environment.company('云帆智算')];
    [owner, stranger] = [(await environment.person('owner', company)).call, (await environment.person('owner', other)).call];
    [reviewer, administrator] = [(await environment.person('reviewer')).call, (await environment.person('administrator')).call];
    await run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, actor, { code: 'h800' });
      await catalog.addPrice(tx, actor, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      for (const { id } of [company, other]) {
        const topUp = { tenantId: id, amount: 1_000_000n, reference: 'bank 1', key: `topup-${id}` };
        await environment.app.get(WalletsService, { strict: false }).topUp(tx, actor, topUp, instantOf(new Date()));
      }
    });
    const terms = { name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5000, priority: 10, classes: ['h800'], ...PERIOD };
    programmeId = await idOf(administrator, 'POST', '/programmes', { code: 'xuhui', ...terms });
    await made(administrator, 'PUT', `/programmes/${programmeId}/status`, { status: 'open' }, 1);
    await made(administrator, 'POST', `/programmes/${programmeId}/appropriations`, { amount: 150_000 });
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('cancel each job that may be cancelled, and say why the others were not', async () => {
    const [first, ended, last] = [await job(owner, 'first'), await job(owner, 'ended'), await job(owner, 'last')];
    const foreign = await job(stranger, 'foreign');
    await environment.database.owner.query(`UPDATE job SET state = 'Succeeded', ended_at = now() WHERE id = $1`, [ended]);
    const ids = [first, foreign, ended, last];
    const answer = await owner('POST', '/jobs/bulk', { action: 'cancel', ids });
    expect(answer).toMatchObject({ status: 200 });
    expect((answer.body as { items: unknown[] }).items).toMatchObject([
      { id: first, ok: true },
      { id: foreign, ok: false, problem: { status: 404, code: 'job.unknown' } },
      { id: ended, ok: false, problem: { status: 409, code: 'job.ended' } },
      { id: last, ok: true },
    ]);
    expect(await Promise.all([first, ended, last].map(stateOf))).toEqual(['Cancelled', 'Succeeded', 'Cancelled']);
    expect(await made(stranger, 'GET', `/jobs/${foreign}`)).toMatchObject({ state: 'Queued' });
    expect(await Promise.all(ids.map((id) => recordsOf('job.cancelled', id)))).toEqual([1, 0, 0, 1]);
  });

  it('resume suspended jobs, once for each Idempotency-Key', async () => {
    const [suspended, queued] = [await job(owner, 'suspended'), await job(owner, 'queued')];
    await environment.database.owner.query(`UPDATE job SET state = 'Suspended' WHERE id = $1`, [suspended]);
    const resume = () => owner('POST', '/jobs/bulk', { action: 'resume', ids: [suspended, queued] }, { 'idempotency-key': 'resume-1' });
    const first = await resume();
    expect(first.body).toMatchObject({ items: [{ ok: true }, { ok: false, problem: { code: 'job.not-suspended' } }] });
    const again = await resume();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await recordsOf('job.resumed', suspended)).toBe(1);
  });

  it('suspend jobs that run', async () => {
    const [running, queued] = [await job(owner, 'running'), await job(owner, 'waiting')];
    await environment.database.owner.query(`UPDATE job SET state = 'Running' WHERE id = $1`, [running]);
    const answer = await owner('POST', '/jobs/bulk', { action: 'suspend', ids: [running, queued] });
    expect(answer.body).toMatchObject({ items: [{ ok: true }, { ok: false, problem: { code: 'job.not-suspendable' } }] });
    expect(await stateOf(running)).toBe('Suspending');
    expect(await recordsOf('job.suspended', running)).toBe(1);
  });

  it('refuse the same job twice, no job, more than a hundred, and who may not act on jobs', async () => {
    const id = await job(owner, 'twice');
    const cancel = (call: Call, ids: string[]) => call('POST', '/jobs/bulk', { action: 'cancel', ids });
    expect(await cancel(owner, [id, id])).toMatchObject({ status: 422, body: { errors: [{ pointer: '/ids' }] } });
    expect(await cancel(owner, [])).toMatchObject({ status: 422 });
    expect(
      await cancel(
        owner,
        Array.from({ length: 101 }, (_, number) => `job_${number}`),
      ),
    ).toMatchObject({ status: 422 });
    expect(await cancel(reviewer, [id])).toMatchObject({ status: 403 });
    expect(await stateOf(id)).toBe('Queued');
  });

  it('review and decide applications as the routes of one do, and undo what a refused one wrote', async () => {
    const [small, large, stale] = [await submitted(100_000), await submitted(100_000), await submitted(1_000)];
    const reviewed = await reviewer('POST', '/applications/bulk/review', {
      ...{ verdict: 'recommend', opinion: '同意' },
      items: [small, large, stale].map((id) => ({ id, version: id === stale ? 1 : 2 })),
    });
    expect((reviewed.body as { items: unknown[] }).items).toMatchObject([
      { id: small, ok: true },
      { id: large, ok: true },
      { id: stale, ok: false, problem: { status: 412, code: 'application.stale' } },
    ]);
    const decided = await administrator('POST', '/applications/bulk/decision', {
      ...{ verdict: 'approve', opinion: '批准' },
      items: [small, large].map((id) => ({ id, version: 3 })),
    });
    // The budget of the programme suffices for one of them.
    expect((decided.body as { items: unknown[] }).items).toMatchObject([
      { id: small, ok: true },
      { id: large, ok: false, problem: { code: 'programme.budget-exceeded' } },
    ]);
    const statusOf = async (id: string) => ((await made(owner, 'GET', `/applications/${id}`)) as { status: string }).status;
    expect(await Promise.all([small, large, stale].map(statusOf))).toEqual(['approved', 'recommended', 'submitted']);
    expect(((await made(owner, 'GET', '/grants')) as { items: unknown[] }).items).toHaveLength(1);
    expect(await Promise.all([small, large].map((id) => recordsOf('application.approved', id)))).toEqual([1, 0]);
    expect(await reviewer('POST', '/applications/bulk/decision', {})).toMatchObject({ status: 403 });
  });
});
