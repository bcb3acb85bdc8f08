import { setTimeout as sleep } from 'node:timers/promises';
import { BatchV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { FaultEffect, SimulatedCluster, TruthLine } from '../../../cluster-sim/src/index.ts';
import type { ChaosDatabase } from './chaos-database.ts';
import type { Controllers } from './controllers.ts';
import type { InjectedFault, TakenFromOutside } from './fault-plan.ts';
import type { Story } from './story.ts';

/** Where faults are injected. */
export interface Target {
  readonly cluster: SimulatedCluster;
  readonly controllers: Controllers;
  readonly database: ChaosDatabase;
  readonly databaseName: string;
  readonly story: Story;
  readonly nodes: readonly string[];
}

/** Injects one fault, and ends it after its time. */
export async function inject(target: Target, fault: InjectedFault): Promise<void> {
  const { cluster, controllers, database, databaseName, story } = target;
  switch (fault.kind) {
    case 'controller killed':
      if (controllers.living.length === 0) return;
      story.inject(fault.kind);
      await controllers.kill();
      await sleep(fault.backAfter);
      if (controllers.living.length === 0) controllers.start();
      return;
    case 'two controllers at once':
      story.inject(fault.kind);
      controllers.start();
      await sleep(fault.for);
      await controllers.kill(fault.kill);
      return;
    case 'controller paused past its term':
      story.inject(fault.kind);
      await controllers.pauseOldest(fault.for);
      return;
    case 'database connections cut':
      story.inject(fault.kind, `${await database.cutConnections(databaseName, fault.share).catch(() => 0)} connections`);
      return;
    case 'PostgreSQL restarted':
      story.inject(fault.kind);
      await database.crash();
      return;
    case 'API down':
      story.inject(fault.kind, `${fault.for} ms`);
      cluster.faults.apiDown(fault.for);
      return;
    case 'node lost':
      await loseNode(target, target.nodes[fault.node % target.nodes.length] ?? '', fault.for);
      return;
    case 'node cut off':
      await cutOffNode(target, target.nodes[fault.node % target.nodes.length] ?? '', fault.for);
      return;
    case 'node given up':
      await giveUpNode(target, target.nodes[fault.node % target.nodes.length] ?? '', fault);
      return;
    case 'node rejects pods':
      await rejectPods(target, target.nodes[fault.node % target.nodes.length] ?? '', fault);
      return;
    case 'pod force-deleted':
      forceDelete(target, fault.pick);
      return;
    case 'container lost':
      loseContainer(target, fault.pick);
      return;
    case 'pod evicted':
    case 'pod deleted':
    case 'Job deleted':
    case 'Job suspended':
      await takeAway(target, fault.kind, fault.pick);
      return;
    case 'watches dropped':
      story.inject(fault.kind, `${cluster.faults.dropWatches()} watches`);
      return;
    case 'history compacted (410)':
      story.inject(fault.kind);
      cluster.faults.compact();
      cluster.faults.dropWatches();
      return;
    default:
      await rule(target, fault);
  }
}

type Lasting = Extract<InjectedFault, { readonly for: number } & ({ readonly probability: number } | { readonly by: number })>;

async function rule({ cluster, story }: Target, fault: Lasting): Promise<void> {
  const watch = fault.kind.startsWith('watch events');
  const id = cluster.faults.rules.add({
    effect: effectOf(fault),
    ...(watch && { verb: 'watch' }),
    ...(fault.kind.startsWith('jobs') && { verb: 'patch', resource: 'jobs' }),
    ...('probability' in fault && { probability: fault.probability }),
  });
  story.inject(fault.kind, `for ${fault.for} ms`);
  await sleep(fault.for);
  cluster.faults.rules.remove(id);
}

function effectOf(fault: Lasting): FaultEffect {
  switch (fault.kind) {
    case 'watch events duplicated':
      return { kind: 'duplicate-events' };
    case 'watch events delayed':
      return { kind: 'delay-events', milliseconds: fault.by };
    case 'answers 409':
      return { kind: 'status', code: 409 };
    case 'answers 429':
      return { kind: 'status', code: 429 };
    case 'answers 500':
      return { kind: 'status', code: 500 };
    case 'answers 410':
      return { kind: 'status', code: 410 };
    case 'jobs refused':
      return { kind: 'status', code: 422, message: 'Job.batch "job" is invalid: spec.template: simulated fault' };
    case 'jobs too large':
      return { kind: 'status', code: 500, message: 'etcdserver: request is too large' };
    case 'answers lost':
      return { kind: 'lost-answer' };
    case 'connections reset':
      return { kind: 'reset' };
    case 'answers delayed':
      return { kind: 'delay', milliseconds: fault.by };
  }
}

async function loseNode({ cluster, story }: Target, node: string, milliseconds: number): Promise<void> {
  story.inject('node lost', `${node} for ${milliseconds} ms`);
  cluster.faults.nodeDown(node);
  await sleep(milliseconds);
  cluster.faults.nodeUp(node);
}

async function cutOffNode({ cluster, story }: Target, node: string, milliseconds: number): Promise<void> {
  story.inject('node cut off', `${node} for ${milliseconds} ms`);
  cluster.faults.nodeCutOff(node);
  await sleep(milliseconds);
  cluster.faults.nodeUp(node);
}

/** As README tells the operator: a node that does not come back is deleted, so that its jobs may start elsewhere. */
async function giveUpNode(
  { cluster, story }: Target,
  node: string,
  fault: Extract<InjectedFault, { kind: 'node given up' }>,
): Promise<void> {
  story.inject('node given up', `${node}, which ${fault.runsOn ? 'runs on' : 'is down'}, for ${fault.for} ms`);
  if (fault.runsOn) cluster.faults.nodeCutOff(node);
  else cluster.faults.nodeDown(node);
  await sleep(fault.deletedAfter);
  cluster.faults.deleteSilentNode(node);
  await sleep(fault.for - fault.deletedAfter);
  cluster.faults.nodeUp(node);
}

async function rejectPods(
  { cluster, story }: Target,
  node: string,
  { kind, reason, for: milliseconds }: Extract<InjectedFault, { kind: 'node rejects pods' }>,
): Promise<void> {
  story.inject(kind, `${node}, ${reason}, for ${milliseconds} ms`);
  cluster.faults.nodeRejects(node, { reason, message: 'simulated fault' });
  await sleep(milliseconds);
  cluster.faults.nodeRejects(node, undefined);
}

function forceDelete({ cluster, story }: Target, pick: number): void {
  const pod = runningPod(cluster, pick);
  if (pod === undefined) return;
  story.inject('pod force-deleted', pod.name);
  cluster.faults.forceDelete(pod.namespace, pod.name);
}

function loseContainer({ cluster, story }: Target, pick: number): void {
  const pod = runningPod(cluster, pick);
  if (pod === undefined) return;
  story.inject('container lost', pod.name);
  cluster.faults.loseContainer(pod.namespace, pod.name);
}

/** As somebody with kubectl does it: an API that is down or refuses just now has nothing taken away. */
async function takeAway({ cluster, story }: Target, kind: TakenFromOutside, pick: number): Promise<void> {
  const pod = runningPod(cluster, pick);
  if (pod === undefined) return;
  story.inject(kind, pod.name);
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfigYaml);
  const { name, namespace, job = '' } = pod;
  await requestOf(config, kind, { name, namespace, job }).catch(() => undefined);
}

function requestOf(config: KubeConfig, kind: TakenFromOutside, pod: { name: string; namespace: string; job: string }): Promise<unknown> {
  const [core, batch] = [config.makeApiClient(CoreV1Api), config.makeApiClient(BatchV1Api)];
  const { name, namespace, job } = pod;
  switch (kind) {
    case 'pod evicted':
      return core.createNamespacedPodEviction({ name, namespace, body: { metadata: { name, namespace } } });
    case 'pod deleted':
      return core.deleteNamespacedPod({ name, namespace });
    case 'Job deleted':
      return batch.deleteNamespacedJob({ name: job, namespace, propagationPolicy: 'Background' });
    case 'Job suspended': {
      const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
      return batch.patchNamespacedJob({ name: job, namespace, body: { spec: { suspend: true } } }, asMerge);
    }
  }
}

/** One that runs and has its object yet. */
function runningPod(cluster: SimulatedCluster, pick: number): TruthLine | undefined {
  const running = cluster.truth().filter((pod) => pod.endedAt === undefined && cluster.faults.hasPod(pod.namespace, pod.name));
  return running[pick % Math.max(1, running.length)];
}
