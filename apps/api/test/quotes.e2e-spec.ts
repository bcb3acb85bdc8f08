import { DEFAULT_POLICY, type CycleInput, encodeSchedule, type Gang, PublishedSchedulesService, type QueuedJob } from '#scheduling';
import type { Call } from './api-test-environment.ts';
import { jobFile, JobsTestEnvironment } from './jobs-test-environment.ts';

const REPLICA = { gpus: 8, cpuMillis: 32_000, memoryBytes: 256 * 2 ** 30 };
const NODE = { name: 'node-1', gpus: { h800: 8 }, cpuMillis: 128_000, memoryBytes: 2 ** 41, openTo: ['h800'] };

interface Start {
  readonly asOf: string;
  readonly startsNow: boolean;
  readonly place: number | null;
  readonly expectedStart: string | null;
  readonly assumption: string | null;
  readonly reasons: readonly { readonly code: string; readonly detail: string; readonly remedy: string }[];
}

describe('what a quote says about the start of a job (S6)', () => {
  let environment: JobsTestEnvironment;
  let engineer: Call;
  const now = Math.floor(Date.now() / 1_000);
  beforeAll(async () => {
    environment = await JobsTestEnvironment.start();
    ({ engineer } = environment);
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** What the controller publishes after a cycle. */
  const publish = async (input: Partial<CycleInput>): Promise<Date> => {
    const { database, app } = environment.api;
    const at = new Date();
    const cluster = { nodes: [NODE], pods: [], gangs: [] };
    const content = await encodeSchedule({ queue: [], snapshot: cluster, usage: new Map(), policy: DEFAULT_POLICY, now, ...input });
    const terms = { holds: { holdHorizonSeconds: 10 * 3_600, reactionSeconds: 10 }, overheads: {} };
    await database.transactions.run((tx) => app.get(PublishedSchedulesService, { strict: false }).publish(tx, at, content, terms));
    return at;
  };
  const startOf = async (spec: object = {}): Promise<Start | null> => {
    const answer = await engineer('POST', '/quotes', jobFile('asked', spec));
    expect(answer).toMatchObject({ status: 200 });
    return (answer.body as { start: Start | null }).start;
  };
  const gang = (endsIn: number): Gang => ({
    ...{ admissionId: 'job_a/1', tenantId: 'company_running', gpuClass: 'h800', replica: REPLICA, placement: ['node-1'] },
    endsBy: now + endsIn,
  });
  const waiting = (id: string, queuedAt: number): QueuedJob => ({
    ...{ id, tenantId: 'company_secret', gpuClass: 'h800', priority: 'normal', replicas: 1, replica: REPLICA },
    ...{ queuedAt, longestSeconds: 600 },
  });

  it('is nothing while the scheduler has published nothing', async () => {
    expect(await startOf()).toBeNull();
  });

  it('is that it starts now, where its GPUs are free', async () => {
    const asOf = await publish({});
    expect(await startOf()).toEqual({
      ...{ asOf: asOf.toISOString(), startsNow: true, place: null, expectedStart: null, assumption: null, reasons: [] },
    });
  });

  it('is its place, its reasons and its expected start, and no name of another company', async () => {
    const snapshot = { nodes: [NODE], pods: [], gangs: [gang(1_800)] };
    await publish({ snapshot, queue: [waiting('job_b', now - 60), waiting('job_c', now - 30)] });
    const start = await startOf();
    expect(start).toMatchObject({
      ...{ startsNow: false, place: 3, expectedStart: new Date((now + 1_800 + 2 * 600) * 1_000).toISOString() },
      assumption: expect.stringContaining('max runtime') as string,
      reasons: [{ code: 'capacity', remedy: expect.stringContaining('Fewer GPUs') as string }],
    });
    expect(JSON.stringify(start)).not.toContain('secret');
  });

  it('tells beside that what it lacks in funds, and what its company may use at once', async () => {
    const limits = new Map([[`${environment.company.id}/h800`, { share: null, maxGpus: 4 }]]);
    const policy = { ...DEFAULT_POLICY, limits: { groupOf: new Map<string, string>(), limits } };
    await publish({ snapshot: { nodes: [NODE], pods: [], gangs: [gang(60)] }, policy });
    // It would hold 16 GPUs for ten hours, which is ¥2,000; the wallet has ¥1,000.
    const start = await startOf({ replicas: 2, maxRuntime: '12h' });
    expect(start?.reasons.map(({ code }) => code)).toEqual(['funds', 'concurrency limit', 'capacity']);
    expect(start?.reasons.every(({ detail, remedy }) => detail.length > 10 && remedy.length > 10)).toBe(true);
    expect(start?.expectedStart).toBeNull();
  });

  it('is refused where no node could ever hold a replica', async () => {
    const answer = await engineer('POST', '/quotes', jobFile('huge', { cpu: '500' }));
    expect(answer).toMatchObject({ status: 422, body: { code: 'job.shape-too-large' } });
  });
});
