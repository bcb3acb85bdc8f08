import type { components } from '#api-client';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { WalletsService } from '#funding';
import { BusinessCalendar, instantOf } from '#kernel';
import type { Company } from '#tenancy';
import { type Answer, ApiTestEnvironment, type Call } from './api-test-environment.ts';

type Result = components['schemas']['SearchResults']['items'][number];

const actor = systemActor('test');
const PERIOD = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2099-12-31T00:00:00Z' };

describe('search', () => {
  let environment: ApiTestEnvironment;
  let galaxy: Company, other: Company;
  let owner: Call, engineer: Call, reviewer: Call, administrator: Call, finance: Call, operator: Call;
  let galaxyJob: string, otherJob: string;
  let programmeId: string, applicationId: string, draftId: string, grantId: string;

  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => environment.database.transactions.run(work);

  async function made(call: Call, method: string, path: string, body?: unknown, version?: number): Promise<Answer['body']> {
    const headers = { 'idempotency-key': crypto.randomUUID(), ...(version !== undefined && { 'if-match': `"${version}"` }) };
    const answer = await call(method, path, body, headers);
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as unknown;
  }
  const idOf = async (...request: Parameters<typeof made>): Promise<string> => ((await made(...request)) as { id: string }).id;
  const search = async (call: Call, text: string, limit?: number): Promise<Result[]> => {
    const query = new URLSearchParams({ q: text, ...(limit !== undefined && { limit: String(limit) }) });
    const answer = await call('GET', `/search?${query.toString()}`);
    expect(answer).toMatchObject({ status: 200 });
    return (answer.body as { items: Result[] }).items;
  };
  const found = async (call: Call, text: string): Promise<string[]> => (await search(call, text)).map(({ kind, id }) => `${kind} ${id}`);
  const job = async (call: Call, name: string): Promise<string> => {
    const spec = { gpuClass: 'h800', gpusPerReplica: 1, image: 'train:1', command: ['true'], maxRuntime: '1h', selfPay: true };
    return await idOf(call, 'POST', '/jobs', { apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name }, spec });
  };

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    [galaxy, other] = [await environment.company('上海星河大模型科技'), await environment.company('云帆智算')];
    [owner, engineer] = [(await environment.person('owner', galaxy)).call, (await environment.person('engineer', galaxy)).call];
    const strangers = (await environment.person('owner', other)).call;
    [reviewer, administrator] = [(await environment.person('reviewer')).call, (await environment.person('administrator')).call];
    [finance, operator] = [(await environment.person('finance')).call, (await environment.person('operator')).call];
    await run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      const wallets = environment.app.get(WalletsService, { strict: false });
      await catalog.addClass(tx, actor, { code: 'h800' });
      await catalog.addPrice(tx, actor, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      for (const { id } of [galaxy, other]) {
        const topUp = { tenantId: id, amount: 1_000_000n, reference: 'bank 1', key: `topup-${id}` };
        await wallets.topUp(tx, actor, topUp, instantOf(new Date()));
      }
    });
    const terms = { name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5000, priority: 10, classes: ['h800'], ...PERIOD };
    programmeId = await idOf(administrator, 'POST', '/programmes', { code: 'xuhui', ...terms });
    await made(administrator, 'PUT', `/programmes/${programmeId}/status`, { status: 'open' }, 1);
    await made(administrator, 'POST', `/programmes/${programmeId}/appropriations`, { amount: 1_000_000_000 });
    draftId = await idOf(administrator, 'POST', '/programmes', { code: 'secret', ...terms, name: '徐汇尚未公开的计划' });
    const asked = { kind: 'grant', programmeId, purpose: '法律大模型的微调', amount: 100_000, ...PERIOD };
    applicationId = await idOf(owner, 'POST', '/applications', asked);
    await made(owner, 'POST', `/applications/${applicationId}/submit`, undefined, 1);
    await made(reviewer, 'POST', `/applications/${applicationId}/review`, { verdict: 'recommend', opinion: '同意' }, 2);
    await made(administrator, 'POST', `/applications/${applicationId}/decision`, { verdict: 'approve', opinion: '批准' }, 3);
    [{ id: grantId }] = ((await made(owner, 'GET', '/grants')) as { items: [{ id: string }] }).items;
    [galaxyJob, otherJob] = [await job(owner, 'legal-sft-7b'), await job(strangers, 'legal-sft-13b')];
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('finds a Chinese name by any part of it, and what belongs to the company for those who may read it', async () => {
    expect(await search(reviewer, '星河')).toEqual([
      { kind: 'company', id: galaxy.id, name: galaxy.name, detail: galaxy.creditCode, companyId: galaxy.id },
      {
        ...{ kind: 'application', id: applicationId, name: '徐汇算力补贴', detail: 'approved' },
        ...{ companyId: galaxy.id, companyName: galaxy.name },
      },
      { kind: 'grant', id: grantId, name: '徐汇算力补贴', detail: grantId, companyId: galaxy.id, companyName: galaxy.name },
    ]);
  });

  it('finds a company by its credit code, and everything by its id, in any case', async () => {
    expect((await search(finance, galaxy.creditCode.toLowerCase()))[0]).toMatchObject({ kind: 'company', id: galaxy.id });
    for (const [kind, id] of [
      ['company', galaxy.id],
      ['programme', programmeId],
      ['application', applicationId],
      ['grant', grantId],
      ['job', galaxyJob],
    ] as const) {
      expect((await search(administrator, id.toUpperCase()))[0]).toMatchObject({ kind, id });
      expect((await search(administrator, id.slice(-8)))[0]).toMatchObject({ kind, id });
    }
  });

  it('finds jobs by part of their name, each company its own and the park all, with the best match first', async () => {
    expect(await found(owner, 'sft')).toEqual([`job ${galaxyJob}`]);
    expect(await found(operator, 'legal-sft')).toEqual([`job ${otherJob}`, `job ${galaxyJob}`]);
    expect((await search(operator, 'LEGAL-SFT-7B'))[0]).toEqual({
      ...{ kind: 'job', id: galaxyJob, name: 'legal-sft-7b', detail: 'Queued', companyId: galaxy.id, companyName: galaxy.name },
    });
  });

  it('shows a company nothing of another, nor programmes that were never opened', async () => {
    expect(await found(owner, '云帆')).toEqual([]);
    expect(await found(owner, other.id)).toEqual([]);
    expect(await found(owner, otherJob)).toEqual([]);
    expect(await found(owner, '徐汇')).toEqual([`programme ${programmeId}`, `grant ${grantId}`, `application ${applicationId}`]);
    expect(await found(administrator, '尚未公开')).toEqual([`programme ${draftId}`]);
    expect(await found(owner, '尚未公开')).toEqual([]);
  });

  it('searches each kind only for roles that may read it', async () => {
    const kinds = async (call: Call, text: string) => [...new Set((await search(call, text, 50)).map(({ kind }) => kind))].sort();
    expect(await kinds(owner, 'the ')).toEqual(['person']);
    expect(await kinds(administrator, 'the ')).toEqual(['person']);
    expect(await kinds(finance, 'the ')).toEqual([]);
    // Engineers read no applications, operators neither applications nor grants, reviewers no jobs.
    expect(await kinds(engineer, '徐汇')).toEqual(['grant', 'programme']);
    expect(await kinds(operator, '星河')).toEqual(['company']);
    expect(await kinds(reviewer, 'legal')).toEqual([]);
  });

  it('finds months for those who may read them, a company its statement', async () => {
    const calendar = environment.app.get(BusinessCalendar, { strict: false });
    const month = calendar.monthOf(instantOf(new Date()));
    const [year = '', number = ''] = month.split('-');
    for (const typed of [month, `${year}年${Number(number)}月`, year]) {
      expect(await search(finance, typed)).toEqual([{ kind: 'month', id: month, name: month, detail: 'running' }]);
      expect(await search(owner, typed)).toEqual([{ kind: 'statement', id: month, name: month, detail: 'running', companyId: galaxy.id }]);
      for (const call of [engineer, operator, reviewer]) expect(await search(call, typed)).toEqual([]);
    }
    expect(await search(finance, '1999')).toEqual([]);
  });

  it('finds the colleagues of a company, and none of another', async () => {
    const people = await search(engineer, 'example.com');
    expect(people.map(({ kind, name, companyId }) => ({ kind, name, companyId }))).toEqual([
      { kind: 'person', name: 'The engineer', companyId: galaxy.id },
      { kind: 'person', name: 'The owner', companyId: galaxy.id },
    ]);
  });

  it('searches with a personal token what the token covers', async () => {
    const token = (await made(owner, 'POST', '/me/tokens', {
      name: 'ci',
      scopes: ['job.read'],
      expiresAt: new Date(Date.now() + 86_400_000),
    })) as { token: string };
    const call = environment.bearing(token.token);
    expect(await found(call, 'legal')).toEqual([`job ${galaxyJob}`]);
    expect(await found(call, '徐汇')).toEqual([]);
  });

  it('takes the wildcards of patterns as they are written, and refuses an empty text', async () => {
    expect(await found(administrator, '%')).toEqual([]);
    expect(await found(administrator, 'legal_sft')).toEqual([]);
    expect(await administrator('GET', '/search?q=%20')).toMatchObject({ status: 422 });
    expect(await administrator('GET', '/search')).toMatchObject({ status: 422 });
    expect(await administrator('GET', '/search?q=a&limit=51')).toMatchObject({ status: 422 });
  });

  it('reads the index of texts and not the rows of jobs', async () => {
    await environment.database.owner.query(`VACUUM ANALYZE job`);
    const plan = await run(async (tx) => {
      // The table of a test is small enough to be read as a whole.
      await tx.query(`SET LOCAL enable_seqscan = off`);
      await tx.query(`SET LOCAL enable_bitmapscan = off`);
      const rows = await tx.query<{ 'QUERY PLAN': string }[]>(
        `EXPLAIN SELECT id FROM job WHERE strpos(name, lower('sft')) > 0 OR strpos(id, lower('sft')) > 0`,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toMatch(/^Index Only Scan using job_(found_by_text|by_name) /);
  });
});
