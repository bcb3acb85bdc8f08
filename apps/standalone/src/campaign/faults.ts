import { setTimeout as sleep } from 'node:timers/promises';
import { BatchV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { FaultEffect, SimulatedCluster, TruthLine } from '../../../cluster-sim/src/index.ts';
import type { CampaignDatabase } from './campaign-database.ts';
import type { Controllers } from './controllers.ts';
import type { Blow, TakenFromOutside } from './fault-plan.ts';
import type { Story } from './story.ts';

/** Where blows land. */
export interface Target {
  readonly cluster: SimulatedCluster;
  readonly controllers: Controllers;
  readonly database: CampaignDatabase;
  readonly databaseName: string;
  readonly story: Story;
  readonly nodes: readonly string[];
}

/** Strikes one blow, and takes back what it does for a while. */
export async function strike(target: Target, blow: Blow): Promise<void> {
  const { cluster, controllers, database, databaseName, story } = target;
  switch (blow.kind) {
    case 'controller killed':
      if (controllers.living.length === 0) return;
      story.strike(blow.kind);
      await controllers.kill();
      await sleep(blow.backAfter);
      if (controllers.living.length === 0) controllers.start();
      return;
    case 'two controllers at once':
      story.strike(blow.kind);
      controllers.start();
      await sleep(blow.for);
      await controllers.kill(blow.kill);
      return;
    case 'controller paused past its term':
      story.strike(blow.kind);
      await controllers.pauseOldest(blow.for);
      return;
    case 'database connections cut':
      story.strike(blow.kind, `${await database.cutConnections(databaseName, blow.share).catch(() => 0)} connections`);
      return;
    case 'PostgreSQL restarted':
      story.strike(blow.kind);
      await database.crash();
      return;
    case 'API down':
      story.strike(blow.kind, `${blow.for} ms`);
      cluster.faults.apiDown(blow.for);
      return;
    case 'node lost':
      await loseNode(target, target.nodes[blow.node % target.nodes.length] ?? '', blow.for);
      return;
    case 'node cut off':
      await cutOffNode(target, target.nodes[blow.node % target.nodes.length] ?? '', blow.for);
      return;
    case 'node given up':
      await giveUpNode(target, target.nodes[blow.node % target.nodes.length] ?? '', blow);
      return;
    case 'node rejects pods':
      await rejectPods(target, target.nodes[blow.node % target.nodes.length] ?? '', blow);
      return;
    case 'pod force-deleted':
      forceDelete(target, blow.pick);
      return;
    case 'container lost':
      loseContainer(target, blow.pick);
      return;
    case 'pod evicted':
    case 'pod deleted':
    case 'Job deleted':
    case 'Job suspended':
      await takeAway(target, blow.kind, blow.pick);
      return;
    case 'watches dropped':
      story.strike(blow.kind, `${cluster.faults.dropWatches()} watches`);
      return;
    case 'history compacted (410)':
      story.strike(blow.kind);
      cluster.faults.compact();
      cluster.faults.dropWatches();
      return;
    default:
      await rule(target, blow);
  }
}

type Lasting = Extract<Blow, { readonly for: number } & ({ readonly probability: number } | { readonly by: number })>;

async function rule({ cluster, story }: Target, blow: Lasting): Promise<void> {
  const watch = blow.kind.startsWith('watch events');
  const id = cluster.faults.rules.add({
    effect: effectOf(blow),
    ...(watch && { verb: 'watch' }),
    ...(blow.kind.startsWith('jobs') && { verb: 'patch', resource: 'jobs' }),
    ...('probability' in blow && { probability: blow.probability }),
  });
  story.strike(blow.kind, `for ${blow.for} ms`);
  await sleep(blow.for);
  cluster.faults.rules.remove(id);
}

function effectOf(blow: Lasting): FaultEffect {
  switch (blow.kind) {
    case 'watch events duplicated':
      return { kind: 'duplicate-events' };
    case 'watch events delayed':
      return { kind: 'delay-events', milliseconds: blow.by };
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
      return { kind: 'delay', milliseconds: blow.by };
  }
}

async function loseNode({ cluster, story }: Target, node: string, milliseconds: number): Promise<void> {
  story.strike('node lost', `${node} for ${milliseconds} ms`);
  cluster.faults.nodeDown(node);
  await sleep(milliseconds);
  cluster.faults.nodeUp(node);
}

async function cutOffNode({ cluster, story }: Target, node: string, milliseconds: number): Promise<void> {
  story.strike('node cut off', `${node} for ${milliseconds} ms`);
  cluster.faults.nodeCutOff(node);
  await sleep(milliseconds);
  cluster.faults.nodeUp(node);
}

/** As README tells the operator: a node that does not come back is deleted, so that its jobs may start elsewhere. */
async function giveUpNode({ cluster, story }: Target, node: string, blow: Extract<Blow, { kind: 'node given up' }>): Promise<void> {
  story.strike('node given up', `${node}, which ${blow.runsOn ? 'runs on' : 'is down'}, for ${blow.for} ms`);
  if (blow.runsOn) cluster.faults.nodeCutOff(node);
  else cluster.faults.nodeDown(node);
  await sleep(blow.deletedAfter);
  cluster.faults.deleteSilentNode(node);
  await sleep(blow.for - blow.deletedAfter);
  cluster.faults.nodeUp(node);
}

async function rejectPods(
  { cluster, story }: Target,
  node: string,
  { kind, reason, for: milliseconds }: Extract<Blow, { kind: 'node rejects pods' }>,
): Promise<void> {
  story.strike(kind, `${node}, ${reason}, for ${milliseconds} ms`);
  cluster.faults.nodeRejects(node, { reason, message: 'simulated fault' });
  await sleep(milliseconds);
  cluster.faults.nodeRejects(node, undefined);
}

function forceDelete({ cluster, story }: Target, pick: number): void {
  const pod = runningPod(cluster, pick);
  if (pod === undefined) return;
  story.strike('pod force-deleted', pod.name);
  cluster.faults.forceDelete(pod.namespace, pod.name);
}

function loseContainer({ cluster, story }: Target, pick: number): void {
  const pod = runningPod(cluster, pick);
  if (pod === undefined) return;
  story.strike('container lost', pod.name);
  cluster.faults.loseContainer(pod.namespace, pod.name);
}

/** As somebody with kubectl does it: an API that is down or refuses just now has nothing taken away. */
async function takeAway({ cluster, story }: Target, kind: TakenFromOutside, pick: number): Promise<void> {
  const pod = runningPod(cluster, pick);
  if (pod === undefined) return;
  story.strike(kind, pod.name);
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
