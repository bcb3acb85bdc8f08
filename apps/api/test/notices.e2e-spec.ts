import type { components } from '#api-client';
import { recordEvent } from '#database';
import { DRAIN_WARNED, FUNDS_WARNED } from '#jobs';
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
      expect(notice).toMatchObject({ topic: 'drain-warning', readAt: null, title: { zh: '云帆智算 的任务即将停止' } });
      expect(notice.text.zh).toMatch(/欠费[^]*sft-1 \(job_1\)/);
      expect(notice.text.en).toMatch(/is suspended \(欠费\)[^]*sft-1 \(job_1\)/);
    }
    expect(await list(other)).toEqual({ items: [] });
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
