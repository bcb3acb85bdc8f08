import { gpuPool } from '../../cluster-sim/src/index.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

/** Racks of two nodes: h800-0 and h800-1, h800-2 and h800-3. */
const NODES = [gpuPool('h800', 4, 'nvidia.com/gpu', '128', '2Ti')];
const oneRack = { key: 'rack', mode: 'require' } as const;

describe('a job that asks for a rack', () => {
  let environment: ManualTestEnvironment;
  let tenantId: string;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ cluster: { nodes: NODES } });
    tenantId = await environment.funds.company(100_000_000n);
  });
  afterAll(async () => {
    await environment.stop();
  });

  const pair = { replicas: 2, gpusPerReplica: 8 };

  it('starts on the nodes of one rack, by their labels, and waits while none holds it (S2, S6)', async () => {
    const first = await environment.submit(tenantId, '10m', { replicas: 1, gpusPerReplica: 8 });
    await environment.untilJob(first, ({ state }) => state === 'Running');
    const second = await environment.submit(tenantId, '10m', { ...pair, topology: oneRack });
    const running = await environment.untilJob(second, ({ state }) => state === 'Running');
    const [used] = (await environment.job(first.id)).placement!;
    const otherRack = used === 'h800-0' || used === 'h800-1' ? ['h800-2', 'h800-3'] : ['h800-0', 'h800-1'];
    expect(running.placement!.toSorted()).toEqual(otherRack);
    const third = await environment.submit(tenantId, '10m', { ...pair, topology: oneRack });
    const waiting = await environment.untilJob(third, (job) => job.waiting !== null);
    expect(waiting.waiting).toMatchObject({ reason: 'capacity', reasons: [{ facts: { placesThere: 1, missingReplicas: 1 } }] });
    const fourth = await environment.submit(tenantId, '10m', { ...pair, topology: { key: 'switch', mode: 'prefer' } });
    expect(await environment.untilJob(fourth, (job) => job.waiting !== null)).toMatchObject({ state: 'Queued' });
  });
});
