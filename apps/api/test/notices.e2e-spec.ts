import type { components } from '#api-client';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { recordEvent } from '#database';
import { FUNDS_EXHAUSTED, WalletsService } from '#funding';
import { DRAIN_WARNED, FUNDS_WARNED, JobsService, type Transition } from '#jobs';
import { instantOf } from '#kernel';
import type { Company } from '#tenancy';
import { ApiTestEnvironment } from './api-test-environment.ts';

interface Listed {
  readonly items: components['schemas']['Notice'][];
  readonly nextCursor?: string;
}

describe('notices', () => {
  let environment: ApiTestEnvironment;
  let company: Company;
  let owner: Awaited<ReturnType<ApiTestEnvironment['person']>>;
  let engineer: typeof owner;
  beforeEach(async () => {
    environment = await ApiTestEnvironment.start();
    company = await environment.company('云帆智算');
    owner = await environment.person('owner', company);
    engineer = await environment.person('engineer', company);
  });
  afterEach(async () => {
    await environment.stop();
  });

  const controller = systemActor('controller');
  const apply = (jobs: JobsService, id: string, transition: Transition) =>
    environment.database.transactions.run((tx) => jobs.apply(tx, id, transition, controller));
  const withFunds = async (): Promise<void> => {
    const [catalog, wallets] = [
      environment.app.get(CatalogService, { strict: false }),
      environment.app.get(WalletsService, { strict: false }),
    ];
    await environment.database.transactions.run(async (tx) => {
      await catalog.addClass(tx, controller, { code: 'h800' });
      await catalog.addPrice(tx, controller, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 123_456n, reference: 'bank 1', key: 'topup-1' };
      await wallets.topUp(tx, controller, topUp, instantOf(new Date()));
    });
  };
  /** A job of the engineer's. */
  const submitted = async (name: string): Promise<string> => {
    const spec = { gpuClass: 'h800', gpusPerReplica: 1, image: 'train:1', command: ['true'], maxRuntime: '1h', selfPay: true };
    const body = { apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name }, spec };
    const answer = await engineer.call('POST', '/jobs', body, { 'idempotency-key': name });
    expect(answer).toMatchObject({ status: 201 });
    return (answer.body as { id: string }).id;
  };

  const job = (number: number) => ({ id: `job_${number}`, name: `sft-${number}`, submittedBy: engineer.id });
  /** The engineer's jobs number 1 to `count` are warned one after another. */
  const warnOfFunds = async (count: number): Promise<void> => {
    for (let number = 1; number <= count; number += 1) {
      const jobs = [{ ...job(number), exhaustsAt: '2026-10-01T00:00:00.000Z', distanceSeconds: 3_600 }];
      await environment.database.transactions.run((tx) => recordEvent(tx, FUNDS_WARNED, { key: `warning ${number}`, data: { jobs } }));
    }
    await environment.deliverMail();
  };
  const list = async (of: typeof owner, query = ''): Promise<Listed> => (await of.call('GET', `/me/notices${query}`)).body as Listed;

  it('tell owners and whoever submitted a job that it will be stopped, also in a park without a mail server', async () => {
    const other = await environment.person('engineer', company);
    const data = {
      company: { id: company.id, name: company.name, status: 'suspended', reason: '欠费' },
      jobs: [job(1)],
      stopsAt: '2026-10-01T00:05:00Z',
    };
    await environment.database.transactions.run((tx) => recordEvent(tx, DRAIN_WARNED, { key: 'x', data }));
    await environment.deliverMail();
    for (const person of [owner, engineer]) {
      const notice = (await list(person)).items[0]!;
      expect(notice).toMatchObject({ topic: 'drain-warning', readAt: null, title: { zh: '云帆智算 的作业即将停止' } });
      expect(notice.text.zh).toMatch(/欠费[^]*sft-1 \(job_1\)/);
      expect(notice.text.en).toMatch(/is suspended \(欠费\)[^]*sft-1 \(job_1\)/);
    }
    expect(await list(other)).toEqual({ items: [] });
  });

  it('tell whoever submitted a job how it ended, and the owners only where funds ended', async () => {
    await withFunds();
    const jobs = environment.app.get(JobsService, { strict: false });
    const running = async (name: string): Promise<string> => {
      const id = await submitted(name);
      for (const kind of ['admitted', 'started'] as const) await apply(jobs, id, { kind });
      return id;
    };
    const exit = { reason: 'exit-code', detail: 'Pod 0 ended with exit code 1.', exitCode: 1 };
    const failed = await running('broken');
    await apply(jobs, failed, { kind: 'failed', reason: exit.reason, exit });
    const suspended = await running('long');
    await apply(jobs, suspended, { kind: 'stop-requested', reason: FUNDS_EXHAUSTED });
    await apply(jobs, suspended, { kind: 'stopped', reason: FUNDS_EXHAUSTED });
    const taken = await running('unlucky');
    const requeue = { lateStarts: 0, rejections: 0, losses: 1, notBefore: '2026-10-01T00:00:00Z', avoidedNodes: {}, detail: '' };
    await apply(jobs, taken, { kind: 'rolled-back', reason: 'platform failure', requeue });
    await apply(jobs, await running('well'), { kind: 'succeeded' });
    await environment.deliverMail();
    const titles = async (of: typeof owner) => (await list(of)).items.map(({ topic, title }) => [topic, title.en]);
    expect(await titles(engineer)).toEqual([
      ['job-ended', 'unlucky back in the queue after a failure of the platform'],
      ['job-ended', 'long suspended: the funds ended'],
      ['job-ended', 'broken failed'],
    ]);
    expect(await titles(owner)).toEqual([['job-ended', 'long suspended: the funds ended']]);
    const { text } = (await list(engineer)).items[2]!;
    expect(text.en).toContain(`broken (${failed}, attempt 1): ${exit.detail}`);
    expect(text.zh).toContain(`broken（第 1 次运行，${failed}）：${exit.detail}`);
  });

  it('are read page by page, the newest first, and can be marked one by one or up to one', async () => {
    await warnOfFunds(5);
    const first = await list(engineer, '?limit=2');
    const second = await list(engineer, `?limit=2&cursor=${first.nextCursor}`);
    const third = await list(engineer, `?limit=2&cursor=${second.nextCursor}`);
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect([ids.length, new Set(ids).size, third.nextCursor]).toEqual([5, 5, undefined]);
    expect(ids).toEqual([...ids].sort().reverse());

    expect((await engineer.call('PUT', `/me/notices/${ids[0]}/read`)).status).toBe(204);
    const { readAt } = (await list(engineer)).items[0]!;
    expect(readAt).not.toBeNull();
    await engineer.call('PUT', `/me/notices/${ids[0]}/read`);
    expect((await list(engineer)).items[0]!.readAt).toBe(readAt);
    expect((await engineer.call('PUT', '/me/notices/read', { upTo: ids[2] })).status).toBe(204);
    expect((await list(engineer, '?unread=true')).items.map(({ id }) => id)).toEqual([ids[1]]);
  });

  it('are nobody else’s, whatever their role', async () => {
    await warnOfFunds(1);
    const { id } = (await list(engineer)).items[0]!;
    const strangers = [
      owner,
      await environment.person('administrator'),
      await environment.person('engineer', await environment.company('乙')),
    ];
    for (const stranger of strangers) {
      expect(await list(stranger)).toEqual({ items: [] });
      expect(await stranger.call('PUT', `/me/notices/${id}/read`)).toMatchObject({ status: 404, body: { code: 'notice.unknown' } });
      expect((await stranger.call('PUT', '/me/notices/read', { upTo: id })).status).toBe(204);
    }
    expect((await list(engineer)).items).toMatchObject([{ id, readAt: null }]);
    expect((await environment.call('GET', '/me/notices')).status).toBe(401);
  });

  it('are one per person and event, however often the event is recorded', async () => {
    await warnOfFunds(1);
    await warnOfFunds(1);
    expect((await list(engineer)).items).toHaveLength(1);
  });
});
