import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { FundingService, WalletsService } from '#funding';
import { instantOf } from '#kernel';
import { JobsService } from '#jobs';
import { ApiTestEnvironment, PASSWORD } from '../../api/test/api-test-environment.ts';
import { type Ran, run } from './scripted-environment.ts';

const controller = systemActor('controller');
const NODE = 'gpu-h800-3';

describe('incidents over mss and HTTP (M8)', () => {
  let environment: ApiTestEnvironment;
  let home: string;
  let operatorHome: string;
  let operator: Awaited<ReturnType<ApiTestEnvironment['person']>>;
  let tenantId: string;
  let jobId: string;

  const engineer = (...words: string[]): Promise<Ran> => run(home, words);
  const mss = (...words: string[]): Promise<Ran> => run(operatorHome, words);
  const login = (where: string, email: string) =>
    run(where, ['login', '--server', environment.url, '--email', email, '--password-stdin'], `${PASSWORD}\n`);
  const wallet = async () =>
    await environment.app.get(WalletsService, { strict: false }).balance(environment.database.transactions.reader, tenantId);

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    [home, operatorHome] = [await mkdtemp(path.join(tmpdir(), 'mss-test-')), await mkdtemp(path.join(tmpdir(), 'mss-test-'))];
    const company = await environment.company();
    tenantId = company.id;
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, controller, { code: 'h800' });
      await catalog.addPrice(tx, controller, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId, amount: 123_456n, reference: 'bank 1', key: 'topup-1' };
      await environment.app.get(WalletsService, { strict: false }).topUp(tx, controller, topUp, instantOf(new Date()));
    });
    operator = await environment.person('operator');
    await login(operatorHome, operator.email);
    await login(home, (await environment.person('engineer', company)).email);
    const options = ['--class', 'h800', '--gpus', '8', '--image', 'train:1', '--self-pay', '--name', 'sft', '-o', 'json'];
    jobId = (JSON.parse((await engineer('submit', ...options, '--', 'python', 'train.py')).out) as { id: string }).id;
  });
  afterAll(async () => {
    await rm(home, { recursive: true });
    await rm(operatorHome, { recursive: true });
    await environment.stop();
  });

  /** The job's first attempt as the controller would leave it behind: 8 GPUs for an hour until now, then taken by the platform. */
  const runAndLose = async (): Promise<void> => {
    const [jobs, funding] = [environment.app.get(JobsService, { strict: false }), environment.app.get(FundingService, { strict: false })];
    const [admissionId, now] = [`${jobId}/1`, instantOf(new Date())];
    const start = now - 3_600;
    await environment.database.transactions.run(async (tx) => {
      await jobs.apply(tx, jobId, { kind: 'admitted', placement: [NODE], data: { placement: [NODE] } }, controller);
      const request = { id: admissionId, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await funding.open(tx, request, { gpus: 8n, seconds: 3_600n }, start);
      await jobs.apply(tx, jobId, { kind: 'started' }, controller);
    });
    expect(await engineer('checkpoint', jobId)).toMatchObject({ code: 0, err: '' });
    await environment.database.transactions.run(async (tx) => {
      await tx.query(
        `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
         VALUES ('p1', $1, $2, $3, 8, to_timestamp($4), to_timestamp($5), to_timestamp($5), 'reported')`,
        [admissionId, jobId, tenantId, start, now + 100],
      );
      const readings = [{ at: now + 100, gpuSeconds: 8n * 3_700n }];
      await funding.meter(tx, [{ admissionId, tenantId, readings, holdTarget: { gpus: 0n, seconds: 0n }, final: true }], now + 100);
      await jobs.apply(tx, jobId, { kind: 'rolled-back', reason: 'platform failure', at: new Date((now + 100) * 1_000) }, controller);
    });
  };

  it('refunds what a lost node took since the checkpoint, once, and tells the job', async () => {
    const early = await engineer('checkpoint', jobId);
    expect(early).toMatchObject({ code: 1 });
    await runAndLose();
    const paid = 123_456n - (await wallet()).available;
    const attempt = `${jobId}/1`;
    const preview = await mss('incident', 'open', '--reason', 'node lost', '--attempt', attempt, '--preview', '-o', 'json');
    const [affected] = JSON.parse(preview.out) as {
      attempt: string;
      refundedGpuSeconds: number;
      fromCheckpoint: boolean;
      nodes: string[];
    }[];
    expect(affected).toMatchObject({ attempt, fromCheckpoint: true, nodes: [NODE] });
    expect(affected!.refundedGpuSeconds).toBeLessThan(8 * 3_700);
    expect(123_456n - (await wallet()).available).toBe(paid);

    const body = { reason: 'node lost', attempts: [attempt] };
    const opened = await operator.call('POST', '/incidents', body, { 'idempotency-key': 'once' });
    expect(opened).toMatchObject({ status: 201, body: { refunds: [{ attempt, refundedGpuSeconds: affected!.refundedGpuSeconds }] } });
    const repeated = await operator.call('POST', '/incidents', body, { 'idempotency-key': 'once' });
    expect(repeated).toMatchObject({ status: 201, body: { id: (opened.body as { id: string }).id } });
    expect((await operator.call('POST', '/incidents', body)).body).toMatchObject({ code: 'incident.attempt-not-refundable' });
    const keptSeconds = 8n * 3_700n - BigInt(affected!.refundedGpuSeconds);
    expect(123_456n - (await wallet()).available).toBe((keptSeconds * 1_250n + 1_800n) / 3_600n);

    const events = (await operator.call('GET', `/jobs/${jobId}/events`)).body as { items: { kind: string }[] };
    expect(events.items.map(({ kind }) => kind)).toEqual([
      'submitted',
      'admitted',
      'started',
      'checkpoint-marked',
      'rolled-back',
      'refunded',
    ]);
  });

  it('charges a mistaken refund again when another operator confirms it, and tells the job', async () => {
    const refunded = (await wallet()).available;
    const [incident] = JSON.parse((await mss('incident', 'ls', '-o', 'json')).out) as { id: string }[];
    const alone = await mss('incident', 'reverse', incident!.id, '--reason', 'it was another node');
    expect(alone).toMatchObject({ code: 1, err: expect.stringContaining('nobody else has it') as string });
    const colleague = await environment.person('operator');
    const proposed = await mss('incident', 'reverse', incident!.id, '--reason', 'it was another node', '-o', 'json');
    const decision = JSON.parse(proposed.out) as { id: string; companyId: string };
    expect(decision).toMatchObject({ kind: 'refund-reversal', companyId: tenantId });
    expect((await wallet()).available).toBe(refunded);
    expect(await colleague.call('POST', `/decisions/${decision.id}/confirmation`, {})).toMatchObject({ status: 200 });
    expect(123_456n - (await wallet()).available).toBe((8n * 3_700n * 1_250n + 1_800n) / 3_600n);
    expect((await mss('incident', 'show', incident!.id)).out).toContain('taken back');
    const { items } = (await operator.call('GET', `/jobs/${jobId}/events`)).body as { items: { kind: string; reason: string }[] };
    expect(items.at(-1)).toMatchObject({ kind: 'refund-reversed', reason: 'it was another node' });
    // What was taken back may be refunded again, for what was right.
    await mss('incident', 'open', '--reason', 'node lost', '--attempt', `${jobId}/1`);
    expect((await wallet()).available).toBe(refunded);
  });

  it('shows the engineer a notice of each refund and of its reversal', async () => {
    await environment.deliverMail();
    const { out } = await engineer('notices', '-o', 'json');
    const notices = JSON.parse(out) as { topic: string; title: { en: string }; text: { zh: string } }[];
    expect(notices.map(({ topic }) => topic)).toEqual(['refund', 'refund', 'refund']);
    expect(notices.map(({ title }) => title.en)).toEqual([
      expect.stringMatching(/^\d+\.\d\d GPU-hours were credited back$/),
      expect.stringMatching(/^a refund of \d+\.\d\d GPU-hours was reversed$/),
      expect.stringMatching(/^\d+\.\d\d GPU-hours were credited back$/),
    ]);
    expect(notices[2]?.text.zh).toMatch(new RegExp(`node lost[^]*sft \\(${jobId}\\)`));
  });

  it('lists, shows and proposes incidents to operators, and lets nobody of a company open one', async () => {
    const listed = await mss('incident', 'ls', '-o', 'json');
    const [incident] = JSON.parse(listed.out) as { id: string; reason: string }[];
    expect(incident?.reason).toBe('node lost');
    expect((await mss('incident', 'show', incident!.id)).out).toContain(`${jobId}/1`);
    expect(JSON.parse((await mss('incident', 'ls', '--candidates', '-o', 'json')).out)).toEqual([]);
    expect(await engineer('incident', 'open', '--reason', 'mine', '--attempt', `${jobId}/1`)).toMatchObject({ code: 3 });
    expect(await mss('incident', 'open', '--reason', 'no span')).toMatchObject({ code: 1 });
  });
});
