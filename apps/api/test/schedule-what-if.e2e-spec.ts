import { DEFAULT_POLICY, encodeSchedule, PublishedSchedulesService } from '#scheduling';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const REPLICA = { gpus: 8, cpuMillis: 32_000, memoryBytes: 2 ** 30 };
const NODE = { name: 'node-1', gpus: { h800: 8 }, cpuMillis: 128_000, memoryBytes: 2 ** 41, openTo: ['h800'] };
const MORE = { changes: [{ kind: 'nodes', gpuClass: 'h800', count: 1 }], hours: 24 };

describe('the schedule with other nodes or limits', () => {
  let environment: ApiTestEnvironment;
  let operator: Call;
  const now = Math.floor(Date.now() / 1_000);
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    operator = (await environment.person('operator')).call;
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('is not known while the scheduler has published nothing', async () => {
    expect(await operator('POST', '/schedule/what-if', MORE)).toMatchObject({ status: 503, body: { code: 'schedule.unknown' } });
  });

  it('says of each waiting job when it starts as it is and with the changes, and sums up each class', async () => {
    const company = await environment.company();
    const gang = { tenantId: company.id, gpuClass: 'h800', replica: REPLICA, placement: ['node-1'], endsBy: now + 1_800 };
    const waiting = {
      tenantId: company.id,
      gpuClass: 'h800',
      priority: 'normal',
      replicas: 1,
      replica: REPLICA,
      longestSeconds: 600,
    } as const;
    const content = await encodeSchedule({
      ...{ queue: [{ ...waiting, id: 'job_b', queuedAt: now - 60 }], usage: new Map(), policy: DEFAULT_POLICY, now },
      snapshot: { nodes: [NODE], pods: [], gangs: [{ ...gang, admissionId: 'job_a/1' }] },
    });
    const terms = { holds: { holdHorizonSeconds: 3_600, reactionSeconds: 10 }, overheads: {} };
    const published = environment.app.get(PublishedSchedulesService, { strict: false });
    await environment.database.transactions.run((tx) => published.publish(tx, new Date(), content, terms));
    const { status, body } = await operator('POST', '/schedule/what-if', MORE);
    expect(status).toBe(200);
    const { items, classes } = body as { items: { startsBefore: string; startsAfter: string }[]; classes: object[] };
    expect(items).toMatchObject([{ jobId: 'job_b', companyName: company.name, gpus: 8 }]);
    expect(Date.parse(items[0]!.startsBefore)).toBeGreaterThanOrEqual((now + 1_800) * 1_000);
    expect(Date.parse(items[0]!.startsAfter)).toBeLessThan((now + 1_800) * 1_000);
    expect(classes).toMatchObject([{ gpuClass: 'h800', waiting: 1, before: { starts: 1 }, after: { starts: 1 } }]);
    const unknown = { changes: [{ kind: 'open', node: 'node-9' }] };
    expect(await operator('POST', '/schedule/what-if', unknown)).toMatchObject({ status: 422, body: { code: 'schedule.unknown-node' } });
  });

  it('is for operators and administrators', async () => {
    const engineer = (await environment.person('engineer', await environment.company())).call;
    expect((await engineer('POST', '/schedule/what-if', MORE)).status).toBe(403);
  });
});
