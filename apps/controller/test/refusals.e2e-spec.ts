import type { Job, JobState } from '#jobs';
import { accounts } from '#ledger';
import { CompaniesService } from '#tenancy';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const ONE_GPU = { replicas: 1, gpusPerReplica: 1 };

describe('an object that the cluster does not take', () => {
  let environment: ManualTestEnvironment;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ cluster: { nodes: [gpuPool('h800', 12, 'nvidia.com/gpu', '128', '2Ti')] } });
  });
  afterEach(() => {
    environment.cluster.faults.rules.clear();
  });
  afterAll(async () => {
    await environment.stop();
  });

  const companyWithNamespace = async (): Promise<{ tenantId: string; namespace: string }> => {
    const tenantId = await environment.funds.company(100_000_000n);
    const { slug } = await environment.get(CompaniesService).get(environment.database.transactions.reader, tenantId);
    return { tenantId, namespace: `mss-${slug}` };
  };
  const sent = (namespace: string): number =>
    environment.cluster
      .requests()
      .filter(({ verb, resource, namespace: of }) => verb === 'patch' && resource === 'jobs' && of === namespace)
      .reduce((sum, { count }) => sum + count, 0);

  const countOf = async (jobs: readonly Job[], state: JobState): Promise<bigint> => {
    const ids = jobs.map(({ id }) => id);
    const [row] = await environment.owner.query<{ count: bigint }[]>(`SELECT count(*) FROM job WHERE id = ANY ($1) AND state = $2`, [
      ids,
      state,
    ]);
    return row?.count ?? 0n;
  };

  it.each([
    [422, 'Job.batch "train" is invalid: spec.template.annotations: Invalid value: "a b"'],
    [403, 'jobs.batch "train" is forbidden: admission webhook "images.park.example" denied the request: unsigned image'],
    [413, 'Request entity too large: limit is 3145728'],
    [500, 'rpc error: code = ResourceExhausted desc = trying to send message larger than max (2500000 vs. 2097152)'],
    [500, 'etcdserver: request is too large'],
  ] as const)('is sent once; its job fails with the API server’s reason, and nothing stays held (%i %s)', async (code, message) => {
    const { tenantId, namespace } = await companyWithNamespace();
    environment.cluster.faults.rules.add({ verb: 'patch', resource: 'jobs', namespace, effect: { kind: 'status', code, message } });
    const job = await environment.submit(tenantId, '20m', ONE_GPU);
    const failed = await environment.until(job, 'Failed');
    expect(failed).toMatchObject({ attempt: 1, exit: { reason: 'refused-by-cluster', exitCode: null } });
    expect(failed.exit?.detail).toContain(message);
    const [end] = (await environment.events(job.id)).slice(-1);
    expect(end).toMatchObject({ kind: 'failed', reason: 'refused-by-cluster', data: { detail: failed.exit?.detail } });
    expect(sent(namespace)).toBe(1);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    expect(await environment.charged(job)).toBe(0n);
  });

  it('is in nobody else’s way, though it fails again and again: seventy of one company do not stop the next from starting and ending', async () => {
    const [stuck, other] = [await companyWithNamespace(), await companyWithNamespace()];
    // Unlike a failure of the server, it is not tried again within the same turn.
    const message = 'jobs.batch "train" is forbidden: exceeded quota: jobs, requested: count/jobs.batch=1, used: 9, limited: 9';
    environment.cluster.faults.rules.add({ namespace: stuck.namespace, resource: 'jobs', effect: { kind: 'status', code: 403, message } });
    const bad: Job[] = [];
    for (let n = 0; n < 70; n += 1) bad.push(await environment.submit(stuck.tenantId, '20m', ONE_GPU));
    // No more of theirs are admitted than leave room for others' admissions.
    await environment.eventually(
      () => countOf(bad, 'Admitted'),
      (admitted) => admitted === 64n,
    );
    const good = await environment.submit(other.tenantId, '30s', ONE_GPU);
    expect(await environment.until(good, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    expect(await environment.charged(good)).toBe(30n);
    const running = await environment.submit(other.tenantId, '20m', ONE_GPU);
    await environment.until(running, 'Running');
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, running.id));
    await environment.until(running, 'Cancelled');
    for (const { id } of bad) await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, id));
    environment.cluster.faults.rules.clear();
    await environment.eventually(
      () => countOf(bad, 'Cancelled'),
      (cancelled) => cancelled === BigInt(bad.length),
    );
    expect(await environment.funds.balance(accounts.walletHeld(stuck.tenantId))).toBe(0n);
  });
});
