import type { components } from '#api-client';
import { recordEvent } from '#database';
import { eventually } from '#kernel/testing';
import { FUNDS_WARNED } from '#jobs';
import { CliTestEnvironment, type Mss } from './cli-test-environment.ts';

type Notice = components['schemas']['Notice'];

describe('mss notices', () => {
  let environment: CliTestEnvironment;
  let mss: Mss;
  beforeAll(async () => {
    environment = await CliTestEnvironment.start();
    mss = await environment.official('reviewer', 'reviewer');
  });
  afterAll(async () => {
    await environment.stop();
  });

  const notices = async (...options: string[]): Promise<Notice[]> => {
    const { code, out, err } = await mss(['notices', ...options, '-o', 'json']);
    if (code !== 0) throw new Error(err);
    return JSON.parse(out) as Notice[];
  };

  it('shows what the controller delivered, and marks it as read', async () => {
    const { id: submittedBy } = JSON.parse((await mss(['whoami', '-o', 'json'])).out) as { id: string };
    for (const name of ['sft-1', 'sft-2', 'sft-3']) {
      const jobs = [{ id: `job_${name}`, name, submittedBy, exhaustsAt: '2026-10-01T00:00:00.000Z', distanceSeconds: 0 }];
      await environment.environment.database.transactions.run((tx) => recordEvent(tx, FUNDS_WARNED, { key: name, data: { jobs } }));
    }
    const seen = await eventually('three notices', notices, ({ length }) => length >= 3);
    expect((await mss(['notices', '--limit', '1'])).out).toMatch(/READ +TITLE.*\n.* no +the funds of sft-3 end/);
    expect((await mss(['notices', 'read', seen[1]!.id])).code).toBe(0);
    expect((await notices('--unread')).map(({ id }) => id)).toEqual([seen[0]!.id, seen[2]!.id]);
    expect((await mss(['notices', 'read', '--all'])).code).toBe(0);
    expect(await notices('--unread')).toEqual([]);
    expect((await mss(['notices', 'read', 'notice_01jaaaaaaaaaaaaaaaaaaaaaaa'])).code).toBe(4);
    expect((await mss(['notices', 'read'])).code).toBe(2);
  });
});
