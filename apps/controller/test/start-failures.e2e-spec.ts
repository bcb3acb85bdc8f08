import { accounts } from '#ledger';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const SIM = 'sim.speedspace.io/';
/** As the registry of the simulated cluster refuses it. */
const NOT_FOUND = /^The image of pod 0 cannot be pulled: rpc error: code = NotFound .*: not found \(\w+\)\./;
/** Seconds that a cause is waited for that may pass: the default of START_FAULT_TIMEOUT. */
const FAULT_TIMEOUT = 45;
const START_DEADLINE = 120;
/** What happens to a job at once that fits. */
const CREATED = [
  ['submitted', 0],
  ['admitted', 0],
  ['created', 0],
];

describe('a job that cannot start', () => {
  let environment: ManualTestEnvironment;
  beforeAll(async () => {
    const nodes = [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')];
    environment = await ManualTestEnvironment.start({
      cluster: { nodes },
      settings: { startDeadlineSeconds: START_DEADLINE, nodeAvoidanceSeconds: 300 },
    });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const nothingHeldNorCharged = async (tenantId: string, job: { id: string }): Promise<void> => {
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    expect(await environment.charged(job)).toBe(0n);
    expect(environment.podsOf(job)).toEqual([]);
  };

  it('for want of its image fails with the registry’s reason, and the GPUs it took go to the next of another company (J4)', async () => {
    const [typo, other] = [await environment.funds.company(10_000_000n), await environment.funds.company(10_000_000n)];
    const hog = await environment.submit(typo, '1m', { gpusPerReplica: 8 }, { [`${SIM}image-pull`]: 'fails' });
    await environment.until(hog, 'Starting');
    const behind = await environment.submit(other, '30s', { gpusPerReplica: 8 });
    const failed = await environment.until(hog, 'Failed');
    expect(failed).toMatchObject({ attempt: 1, exit: { reason: 'image-pull-failed', exitCode: null } });
    expect(failed.exit?.detail).toMatch(NOT_FOUND);
    expect(await environment.timeline(hog)).toEqual([...CREATED, ['failed', FAULT_TIMEOUT]]);
    const [end] = (await environment.events(hog.id)).slice(-1);
    expect(end).toMatchObject({ kind: 'failed', reason: 'image-pull-failed', data: { detail: failed.exit?.detail } });
    expect(await environment.until(behind, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    expect(await environment.charged(behind)).toBe(16n * 30n);
    await nothingHeldNorCharged(typo, hog);
  });

  it('at first for want of its image starts where the registry answers in time', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '20s', {}, { [`${SIM}image-pull`]: 'fails-for=8s' });
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    const [started] = (await environment.timeline(job)).slice(CREATED.length);
    expect(started).toEqual(['started', 13]);
  });

  // The kubelet reports each two seconds after the pod came to its node. A cause that may pass is waited for.
  it.each([
    ['StartError', 'container-not-started', 2],
    ['InvalidImageName', 'image-name-invalid', 2],
    ['ErrImageNeverPull', 'image-not-on-node', 2],
    ['CreateContainerConfigError', 'container-config-invalid', 2 + FAULT_TIMEOUT],
    ['CreateContainerError', 'container-not-created', 2 + FAULT_TIMEOUT],
    ['RunContainerError', 'container-not-started', 2 + FAULT_TIMEOUT],
  ])(
    'by %s fails in its first attempt with the runtime’s message, retries or not, and is charged nothing (J4)',
    async (reason, code, due) => {
      const tenantId = await environment.funds.company(10_000_000n);
      const annotations = { [`${SIM}start-fault`]: `${reason}: what the runtime says` };
      const job = await environment.submit(tenantId, '1m', { retries: reason === 'StartError' ? 2 : 0 }, annotations);
      const failed = await environment.until(job, 'Failed');
      expect(failed).toMatchObject({ attempt: 1, exit: { reason: code, exitCode: null } });
      expect(failed.exit?.detail).toContain(`what the runtime says (${reason})`);
      const timeline = await environment.timeline(job);
      expect(timeline.slice(0, -1)).toEqual(CREATED);
      // Where nothing happens, the controller looks every two seconds.
      expect([due, due + 1]).toContain(timeline.at(-1)![1]);
      await nothingHeldNorCharged(tenantId, job);
    },
  );

  it('in time is tried again behind others with growing pauses, and fails after three rounds, told why (J4)', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '1m', {}, { [`${SIM}start-delay`]: '1h' });
    const paused = await environment.untilJob(job, ({ waiting }) => waiting?.reason === 'back-off');
    expect(paused.waiting?.detail).toMatch(/^Not all of its pods began in time\. It is tried again after 20\S+Z\.$/);
    expect(paused.queuedAt.getTime()).toBeGreaterThan(paused.submittedAt.getTime());
    const failed = await environment.until(job, 'Failed');
    expect(failed).toMatchObject({
      attempt: 3,
      exit: { reason: 'start-deadline', detail: 'Not all of its pods began in time, 3 times in a row.' },
    });
    expect(await environment.timeline(job)).toEqual([
      ...CREATED,
      ['rolled-back', START_DEADLINE],
      ['admitted', 180],
      ['created', 180],
      ['rolled-back', 180 + START_DEADLINE],
      ['admitted', 420],
      ['created', 420],
      ['failed', 420 + START_DEADLINE],
    ]);
    await nothingHeldNorCharged(tenantId, job);
  });

  it('on a node that rejects its pods keeps off that node and starts on another, told why (J4)', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const blocker = await environment.submit(await environment.funds.company(10_000_000n), '20m', { replicas: 1, gpusPerReplica: 4 });
    const { placement } = await environment.until(blocker, 'Running');
    // By packing it would go there again and again.
    const [sick] = placement ?? [];
    environment.cluster.faults.nodeRejects(sick!, {
      reason: 'UnexpectedAdmissionError',
      message: 'Allocate failed due to no healthy devices',
    });
    const job = await environment.submit(tenantId, '30s', { replicas: 1, gpusPerReplica: 4 });
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 2 });
    const rejected = (await environment.events(job.id)).find(({ kind }) => kind === 'rolled-back');
    expect(rejected).toMatchObject({
      reason: 'node-rejected',
      data: {
        detail: `Node ${sick!} did not take pod 0: Allocate failed due to no healthy devices (UnexpectedAdmissionError).`,
        cause: 'platform',
      },
    });
    expect(environment.podsOf(job).map(({ node }) => node)).not.toContain(sick);
    environment.cluster.faults.nodeRejects(sick!, undefined);
    expect(await environment.charged(job)).toBe(4n * 30n);
  });

  it('no more because it used too much memory is told so', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '10s', {}, { [`${SIM}exit-code`]: '137', [`${SIM}exit-reason`]: 'OOMKilled' });
    expect(await environment.until(job, 'Failed')).toMatchObject({
      exit: { reason: 'out-of-memory', exitCode: 137 },
    });
  });
});
