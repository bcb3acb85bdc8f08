import type { V1Pod } from '@kubernetes/client-node';
import type { Job } from '#jobs';
import type { ContractEnvironment } from './contract-environment.ts';
import { expectEqual, expectThat, type Feature } from './feature.ts';
import { UNITS_PER_NODE } from './test-nodes.ts';

const WALLET = 10_000_000n;

/** Seconds that the main containers of pods ran, by the cluster's own times. */
function secondsRun(pods: readonly V1Pod[]): number {
  return pods.reduce((sum, { status }) => {
    const ended = status?.containerStatuses?.[0]?.state?.terminated;
    return sum + ((ended?.finishedAt?.getTime() ?? 0) - (ended?.startedAt?.getTime() ?? 0)) / 1_000;
  }, 0);
}

/** Waits until the ledger has charged a job that ended for exactly what its pods ran. */
async function expectCharged(environment: ContractEnvironment, job: Job): Promise<number> {
  const seconds = secondsRun(await environment.pods(job));
  await environment.waitFor(
    `${seconds} GPU-seconds to be charged`,
    () => environment.charged(job),
    (charged) => charged === BigInt(seconds),
  );
  return seconds;
}

/** What the suite checks of jobs on every cluster. */
export const jobFeatures: readonly Feature[] = [
  {
    name: 'submission',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), { seconds: 12 });
      const ended = await environment.until(job, 'Succeeded', 'Failed');
      expectEqual('the state', [ended.state, ended.attempt], ['Succeeded', 1]);
      return `ran and was charged for ${await expectCharged(environment, job)} GPU-seconds, as the cluster's times say`;
    },
  },
  {
    name: 'gang with rendezvous',
    async run(environment) {
      const company = await environment.company(WALLET);
      const job = await environment.submit(company, {}, { replicas: 2 });
      await environment.until(job, 'Running');
      const pods = await environment.pods(job);
      const ranks = pods.map(({ metadata }) => metadata?.annotations?.['batch.kubernetes.io/job-completion-index']).sort();
      expectEqual('the ranks', ranks, ['0', '1']);
      const namespace = environment.namespace(company);
      const labelSelector = `speedspace.io/job=${job.id}`;
      const services = (await environment.core.listNamespacedService({ namespace, labelSelector })).items;
      expectEqual(
        'the Services',
        services.map(({ spec }) => spec?.clusterIP),
        ['None'],
      );
      const policies = (await environment.networking.listNamespacedNetworkPolicy({ namespace, labelSelector })).items;
      expectEqual('the number of NetworkPolicies', policies.length, 1);
      await environment.cancel(job);
      await environment.until(job, 'Cancelled');
      return `two pods ran together on ${new Set(pods.map(({ spec }) => spec?.nodeName)).size} node(s), with a headless Service and a NetworkPolicy`;
    },
  },
  {
    name: 'user, directories and disk of a pod',
    async run(environment) {
      const asks = { runAs: { user: 1234, group: 1235 }, workingDir: '/tmp', shm: '16Mi', ephemeralStorage: '64Mi' };
      const script = 'echo "$(id -u) $(id -g) $(pwd) $(touch /tmp/a $HOME/b /dev/shm/c && echo writable)"; sleep 5';
      const work = { seconds: 5, says: '1234 1235 /tmp writable' };
      const job = await environment.submit(await environment.company(WALLET), work, { ...asks, command: ['sh', '-c', script] });
      const ended = await environment.until(job, 'Succeeded', 'Failed');
      expectEqual('the state', ended.state, 'Succeeded');
      const lines: string[] = [];
      for await (const { text } of environment.cluster('api').pods.logs({ jobId: job.id, attempt: 1 }, 0)) lines.push(text);
      expectEqual('what it wrote', lines, [work.says]);
      const [pod] = await environment.pods(job);
      expectEqual('the request for disk', pod?.spec?.containers[0]?.resources?.requests?.['ephemeral-storage'], String(64 * 2 ** 20));
      return `ran as 1234:1235 in /tmp, wrote to /tmp, its home and /dev/shm`;
    },
  },
  {
    name: 'retries',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), { seconds: 2, exitCode: 3 }, { retries: 1 });
      const failed = await environment.until(job, 'Failed', 'Succeeded');
      expectEqual('the end', [failed.state, failed.exit?.exitCode], ['Failed', 3]);
      const pods = await environment.pods(job);
      expectEqual('the number of pods', pods.length, 2);
      return `exit code 3, one more pod, and ${await expectCharged(environment, job)} GPU-seconds charged`;
    },
  },
  {
    name: 'dependencies',
    async run(environment) {
      const company = await environment.company(WALLET);
      const first = await environment.submit(company, { seconds: 3 });
      const second = await environment.submit(company, { seconds: 2 }, { after: [{ job: first.id }] });
      await environment.until(second, 'Succeeded', 'Failed', 'Cancelled');
      const [ended, began] = [await environment.job(first), await environment.job(second)];
      expectEqual('the states', [ended.state, began.state], ['Succeeded', 'Succeeded']);
      expectThat(Number(began.admittedAt) >= Number(ended.endedAt), 'the second job began before the first had ended');
      return 'the second job began after the first had succeeded';
    },
  },
  {
    name: 'cancel',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), {});
      await environment.until(job, 'Running');
      await environment.cancel(job);
      await environment.until(job, 'Cancelled');
      await environment.waitFor(
        'its pods to be gone',
        () => environment.pods(job),
        (pods) => pods.length === 0,
      );
      return 'the pod got SIGTERM and is gone';
    },
  },
  {
    name: 'exit 0 on SIGTERM',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), { exitCodeAtSigterm: 0 });
      await environment.until(job, 'Running');
      await environment.cancel(job);
      const ended = await environment.until(job, 'Cancelled', 'Succeeded', 'Failed');
      expectEqual('the state', ended.state, 'Cancelled');
      return 'a container that exits with 0 when it is stopped is not taken as a success';
    },
  },
  {
    name: 'max runtime',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), {}, { maxRuntime: '60s' });
      const ended = await environment.until(job, 'TimedOut', 'Failed', 'Cancelled');
      expectEqual('the state', ended.state, 'TimedOut');
      return `stopped; ${await environment.charged(job)} GPU-seconds charged`;
    },
  },
  {
    name: 'exhaustion and resume',
    async run(environment) {
      const company = await environment.company(120n);
      const job = await environment.submit(company, { seconds: 300 }, { checkpoint: { grace: '5s', resume: 'auto' } });
      const suspended = await environment.until(job, 'Suspended', 'Failed', 'Succeeded');
      expectEqual('the end', [suspended.state, suspended.exit?.reason], ['Suspended', 'funds exhausted']);
      const paid = await environment.paidByCompany(job);
      expectThat(paid <= 120n, `the company paid for ${paid} GPU-seconds, of funds for 120`);
      await environment.topUp(company, WALLET);
      const resumed = await environment.until(job, 'Running', 'Failed');
      expectEqual('the attempt', [resumed.state, resumed.attempt], ['Running', 2]);
      await environment.cancel(job);
      await environment.until(job, 'Cancelled');
      return `suspended when the company had paid for ${paid} GPU-seconds of 120 that it had funds for, and resumed by itself after a top-up`;
    },
  },
  {
    name: 'logs',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), { seconds: 8, says: 'epoch 1' });
      await environment.until(job, 'Succeeded', 'Failed');
      const lines: string[] = [];
      for await (const { text } of environment.cluster('api').pods.logs({ jobId: job.id, attempt: 1 }, 0)) lines.push(text);
      expectEqual('the log', lines, ['epoch 1']);
      return `read "${lines.join()}" after the end of the pod`;
    },
  },
  {
    name: 'pod that is too large for every node',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), {}, { gpusPerReplica: UNITS_PER_NODE, replicas: 64 });
      const waiting = await environment.waitFor(
        'a reason to wait',
        () => environment.job(job),
        ({ waiting: reason }) => reason !== null,
      );
      expectEqual('the state', waiting.state, 'Queued');
      await environment.cancel(job);
      return `waits, and says why: ${waiting.waiting?.reason ?? ''}`;
    },
  },
  {
    name: 'object too large',
    async run(environment) {
      // Beyond what etcd stores: 1.5 MiB.
      const env = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`LARGE_${index}`, 'x'.repeat(30_000)]));
      return await refused(environment, env);
    },
  },
];

async function refused(environment: ContractEnvironment, env: Record<string, string>): Promise<string> {
  let job: Job;
  try {
    job = await environment.submit(await environment.company(WALLET), {}, { env });
  } catch (error) {
    return `refused at submission: ${error instanceof Error ? error.message.slice(0, 160) : String(error)}`;
  }
  const failed = await environment.until(job, 'Failed', 'Running');
  expectEqual('the end', [failed.state, failed.attempt, failed.exit?.reason], ['Failed', 1, 'refused-by-cluster']);
  return `sent once, and failed with the API server's reason: ${failed.exit?.detail.slice(0, 160) ?? ''}`;
}
