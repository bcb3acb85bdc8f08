import { DEFAULT_POLICY, encodeSchedule, PublishedSchedulesService } from '#scheduling';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const REPLICA = { gpus: 8, cpuMillis: 32_000, memoryBytes: 2 ** 30 };
const NODE = { name: 'node-1', gpus: { h800: 8 }, cpuMillis: 128_000, memoryBytes: 2 ** 41, openTo: ['h800'] };
interface ClassSums {
  readonly before: { readonly meanWaitSeconds: number | null };
  readonly after: { readonly meanWaitSeconds: number | null };
}

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
    const first = { ...waiting, id: 'job_b', queuedAt: now - 60 };
    const long = { ...waiting, id: 'job_c', queuedAt: now - 30, longestSeconds: 90_000 };
    // It starts within the 24 hours only if there is a further node.
    const last = { ...waiting, id: 'job_d', queuedAt: now - 10 };
    const content = await encodeSchedule({
      ...{ queue: [first, long, last], usage: new Map(), policy: DEFAULT_POLICY, now },
      snapshot: { nodes: [NODE], pods: [], gangs: [{ ...gang, admissionId: 'job_a/1' }] },
    });
    const terms = { holds: { holdHorizonSeconds: 3_600, reactionSeconds: 10 }, overheads: {} };
    const published = environment.app.get(PublishedSchedulesService, { strict: false });
    await environment.database.transactions.run((tx) => published.publish(tx, new Date(), content, terms));
    const answer = await operator('POST', '/schedule/what-if', MORE);
    expect(answer.status).toBe(200);
    const { items, classes } = answer.body as { items: { startsBefore: string; startsAfter: string }[]; classes: ClassSums[] };
    expect(items).toMatchObject([
      { jobId: 'job_b', companyName: company.name, gpus: 8 },
      { jobId: 'job_c' },
      { jobId: 'job_d', startsBefore: null },
    ]);
    expect(Date.parse(items[0]!.startsBefore)).toBeGreaterThanOrEqual((now + 1_800) * 1_000);
    expect(Date.parse(items[0]!.startsAfter)).toBeLessThan((now + 1_800) * 1_000);
    expect(classes).toMatchObject([{ gpuClass: 'h800', waiting: 3, startInBoth: 2, before: { starts: 2 }, after: { starts: 3 } }]);
    // Of the first two, which start half an hour later, and at once; the third would make the latter longer.
    const [before, after] = [classes[0]!.before.meanWaitSeconds!, classes[0]!.after.meanWaitSeconds!];
    expect(before).toBeGreaterThan(1_500);
    expect(after).toBeLessThan(500);

    const unknown = { changes: [{ kind: 'open', node: 'node-9' }] };
    expect(await operator('POST', '/schedule/what-if', unknown)).toMatchObject({ status: 422, body: { code: 'schedule.unknown-node' } });
  });

  it('is for operators and administrators', async () => {
    const engineer = (await environment.person('engineer', await environment.company())).call;
    expect((await engineer('POST', '/schedule/what-if', MORE)).status).toBe(403);
  });
});
