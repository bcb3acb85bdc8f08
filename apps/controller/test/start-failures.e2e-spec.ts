import { accounts } from '#ledger';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { ScaledTestEnvironment } from './scaled-test-environment.ts';

const SIM = 'sim.speedspace.io/';
/** As the registry of the simulated cluster refuses it. */
const NOT_FOUND = /^The image of pod 0 cannot be pulled: rpc error: code = NotFound .*: not found \(\w+\)\./;

describe('a job that cannot start', () => {
  let environment: ScaledTestEnvironment;
  beforeAll(async () => {
    const nodes = [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')];
    environment = await ScaledTestEnvironment.start({
      cluster: { nodes },
      settings: { startDeadlineSeconds: 120, nodeAvoidanceSeconds: 300 },
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
    const [end] = (await environment.events(hog.id)).slice(-1);
    expect(end).toMatchObject({ kind: 'failed', reason: 'image-pull-failed', data: { detail: failed.exit?.detail } });
    expect(await environment.until(behind, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    await nothingHeldNorCharged(typo, hog);
  });

  it('at first for want of its image starts where the registry answers in time', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '20s', {}, { [`${SIM}image-pull`]: 'fails-for=8s' });
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
  });

  it.each([
    ['StartError', 'container-not-started'],
    ['InvalidImageName', 'image-name-invalid'],
    ['ErrImageNeverPull', 'image-not-on-node'],
    ['CreateContainerConfigError', 'container-config-invalid'],
    ['CreateContainerError', 'container-not-created'],
    ['RunContainerError', 'container-not-started'],
  ])('by %s fails in its first attempt with the runtime’s message, retries or not, and is charged nothing (J4)', async (reason, code) => {
    const tenantId = await environment.funds.company(10_000_000n);
    const annotations = { [`${SIM}start-fault`]: `${reason}: what the runtime says` };
    const job = await environment.submit(tenantId, '1m', { retries: reason === 'StartError' ? 2 : 0 }, annotations);
    const failed = await environment.until(job, 'Failed');
    expect(failed).toMatchObject({ attempt: 1, exit: { reason: code, exitCode: null } });
    expect(failed.exit?.detail).toContain(`what the runtime says (${reason})`);
    await nothingHeldNorCharged(tenantId, job);
  });

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
    const admissions = (await environment.events(job.id)).filter(({ kind }) => kind === 'admitted' || kind === 'rolled-back');
    const pauses = [1, 3].map((index) => (admissions[index + 1]!.at.getTime() - admissions[index]!.at.getTime()) / 1_000);
    expect(pauses[0]).toBeGreaterThanOrEqual(60);
    expect(pauses[1]).toBeGreaterThanOrEqual(120);
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
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
  });

  it('no more because it used too much memory is told so', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '10s', {}, { [`${SIM}exit-code`]: '137', [`${SIM}exit-reason`]: 'OOMKilled' });
    expect(await environment.until(job, 'Failed')).toMatchObject({
      exit: { reason: 'out-of-memory', exitCode: 137 },
    });
  });
});
