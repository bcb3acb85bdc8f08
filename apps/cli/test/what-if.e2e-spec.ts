import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NO_HOLD } from '#funding';
import { FundedTestEnvironment } from '#funding/testing';
import { ManualClock } from '#kernel';
import { ApiTestEnvironment, PASSWORD } from '../../api/test/api-test-environment.ts';
import { run } from './scripted-environment.ts';

const MONTHS = ['what-if', '--from', '2026-10', '--until', '2026-10'];

describe('mss what-if', () => {
  const clock = new ManualClock(new Date('2026-10-15T02:00:00Z'));
  let environment: ApiTestEnvironment;
  let folder: string;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000' }, clock);
    folder = await mkdtemp(path.join(tmpdir(), 'mss-what-if-'));
    const { transactions } = environment.database;
    const funded = await FundedTestEnvironment.create(transactions, clock);
    const tenantId = await funded.company(100_000n);
    await funded.grant(tenantId, 50_000n, { code: 'XH-2026', coverageBp: 5_000n });
    const request = { id: 'job_what/1', jobId: 'job_what', tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
    const at = funded.start + 3_600;
    await transactions.run((tx) => funded.funding.open(tx, request, NO_HOLD, funded.start));
    const report = { admissionId: request.id, tenantId, readings: [{ at, gpuSeconds: 28_800n }], holdTarget: NO_HOLD, final: true };
    await transactions.run((tx) => funded.funding.meter(tx, [report], at));
    const { email } = await environment.person('finance');
    const signingIn = ['login', '--server', environment.url, '--email', email, '--password-stdin'];
    expect(await run(folder, signingIn, `${PASSWORD}\n`)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await environment.stop();
    await rm(folder, { recursive: true });
  });

  it('shows who paid before and after, the difference, and whether the replay is exact', async () => {
    const { code, out } = await run(folder, [...MONTHS, '--programme', 'XH-2026', '--coverage', '60%']);
    const inAll = out.split('\n').filter((line) => line.startsWith('in all'));
    expect([code, inAll]).toEqual([
      0,
      [
        expect.stringMatching(/before +¥?100\.00 +¥?50\.00 +¥?50\.00 +¥?0\.00/) as string,
        expect.stringMatching(/after +¥?100\.00 +¥?60\.00 +¥?40\.00 +¥?0\.00/) as string,
        expect.stringMatching(/difference +¥?0\.00 +¥?10\.00 +-?¥?-?10\.00 +¥?0\.00/) as string,
      ],
    ]);
    expect(out).toContain('Before is what was really charged, to the fen.');
  });

  it('takes a price and a cap, and none for no cap', async () => {
    const asked = ['--programme', 'XH-2026', '--monthly-cap', '30', '--cap', 'none', '--price', 'h800=25.00', '-o', 'json'];
    const { code, out } = await run(folder, [...MONTHS, ...asked]);
    expect([code, JSON.parse(out)]).toMatchObject([0, { totals: { after: { listFen: 20_000, subsidyFen: 3_000, selfPaidFen: 17_000 } } }]);
  });

  it.each<[string[], string]>([
    [['--coverage', '60%'], 'No programme is named.'],
    [['--programme', 'XH-2026'], 'Nothing of XH-2026 is changed.'],
    [['--price', 'h800'], 'h800 is not a price.'],
    [[], 'Nothing is changed.'],
  ])('refuses %j', async (asked, message) => {
    const { code, err } = await run(folder, [...MONTHS, ...asked]);
    expect([code === 0, err]).toEqual([false, expect.stringContaining(message)]);
  });
});
