import type { V1Pod } from '@kubernetes/client-node';
import type { Job } from '#jobs';
import type { ContractEnvironment } from './contract-environment.ts';
import { expectEqual, expectThat, type Feature } from './feature.ts';
import type { Simulator } from './simulator.ts';

const WALLET = 10_000_000n;

function simulatorOf({ simulator }: ContractEnvironment): Simulator {
  if (simulator === undefined) throw new Error('the cluster is not a simulated one');
  return simulator;
}

/** A job that runs, with its pod. */
async function running(environment: ContractEnvironment): Promise<{ job: Job; pod: V1Pod; node: string }> {
  const job = await environment.submit(await environment.company(WALLET), {});
  await environment.until(job, 'Running');
  const [pod] = await environment.pods(job);
  if (pod === undefined) throw new Error('a running job has no pod');
  return { job, pod, node: pod.spec?.nodeName ?? '' };
}

async function runsAgain(environment: ContractEnvironment, job: Job): Promise<void> {
  await environment.waitFor(
    'the next attempt to run',
    () => environment.job(job),
    ({ state, attempt }) => state === 'Running' && attempt === 2,
  );
  await environment.cancel(job);
  await environment.until(job, 'Cancelled');
}

const REFUSALS = [
  [403, 'admission webhook "images.park.example" denied the request: unsigned image'],
  [500, 'etcdserver: request is too large'],
] as const;

/** Faults of real clusters that were found. They cannot be provoked over the Kubernetes API. */
export const faultFeatures: readonly Feature[] = [
  {
    name: 'lost container without times',
    provokedBy: 'remove the container behind the kubelet (crictl rm -f on its node)',
    async run(environment) {
      const { job, pod } = await running(environment);
      await simulatorOf(environment).loseContainer(pod.metadata?.namespace ?? '', pod.metadata?.name ?? '');
      await runsAgain(environment, job);
      return 'taken as a failure of the platform: charged up to when its node was last heard of, and started again';
    },
  },
  {
    name: 'quiet watch',
    provokedBy: 'a proxy between controller and API server that drops the events of a watch',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), { seconds: 60 });
      await environment.until(job, 'Running', 'Succeeded');
      const simulator = simulatorOf(environment);
      await simulator.addFault({ verb: 'watch', resource: 'pods', effect: { kind: 'drop-events' } });
      try {
        const ended = await environment.until(job, 'Succeeded', 'Failed');
        expectEqual('the state', ended.state, 'Succeeded');
      } finally {
        await simulator.clearFaults();
      }
      return `the next list found the end; ${await environment.charged(job)} GPU-seconds charged`;
    },
  },
  {
    name: 'refused object, and one too large for etcd',
    provokedBy: 'an admission webhook that refuses the Jobs of a namespace',
    async run(environment) {
      const company = await environment.company(WALLET);
      const simulator = simulatorOf(environment);
      for (const [code, message] of REFUSALS) {
        const namespace = environment.namespace(company);
        await simulator.addFault({ verb: 'patch', resource: 'jobs', namespace, effect: { kind: 'status', code, message } });
        try {
          const failed = await environment.until(await environment.submit(company, {}), 'Failed', 'Running');
          expectEqual('the end', [failed.state, failed.attempt, failed.exit?.reason], ['Failed', 1, 'refused-by-cluster']);
          expectThat(failed.exit?.detail.includes(message) ?? false, `the job says ${failed.exit?.detail ?? 'nothing'}`);
        } finally {
          await simulator.clearFaults();
        }
      }
      return "failed once each, with the API server's reason: a webhook's refusal, an object beyond what etcd stores";
    },
  },
  {
    name: 'rejected pod',
    provokedBy: 'a device plugin that reports its devices as unhealthy',
    async run(environment) {
      const simulator = simulatorOf(environment);
      const { names } = environment.nodes;
      for (const name of names) await simulator.rejectPods(name);
      try {
        const job = await environment.submit(await environment.company(WALLET), {});
        await environment.waitFor(
          'the rejection',
          () => environment.events(job),
          (events) => events.some(({ kind, reason }) => kind === 'rolled-back' && reason === 'node-rejected'),
        );
        for (const name of names) await simulator.acceptPods(name);
        await environment.until(job, 'Running');
        const { attempt } = await environment.job(job);
        await environment.cancel(job);
        await environment.until(job, 'Cancelled');
        return `rolled back when its node rejected the pod, and ran at attempt ${attempt}`;
      } finally {
        for (const name of names) await simulator.acceptPods(name);
      }
    },
  },
  {
    name: 'reboot',
    provokedBy: 'reboot the node of the pod',
    async run(environment) {
      const { job, node } = await running(environment);
      await simulatorOf(environment).nodeDown(node);
      await simulatorOf(environment).nodeUp(node);
      await runsAgain(environment, job);
      return `the job of ${node} started again after its node was back`;
    },
  },
  {
    name: 'dead node',
    provokedBy: 'cut the power of the node of the pod, and delete the Node',
    async run(environment) {
      const { job, node } = await running(environment);
      await simulatorOf(environment).nodeDown(node);
      const events = await environment.waitFor(
        'the event node-silent',
        () => environment.events(job),
        (seen) => seen.some(({ kind }) => kind === 'node-silent'),
      );
      expectThat(events.length > 0, 'nobody was told');
      await environment.core.deleteNode({ name: node });
      await runsAgain(environment, job);
      await simulatorOf(environment).nodeUp(node);
      return `told that ${node} is silent, and started again once the Node was deleted`;
    },
  },
];
