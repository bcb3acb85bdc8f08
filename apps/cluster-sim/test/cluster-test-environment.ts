import {
  BatchV1Api,
  CoreV1Api,
  CoordinationV1Api,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  NetworkingV1Api,
  PatchStrategy,
  Watch,
  setHeaderOptions,
} from '@kubernetes/client-node';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { ManualClock } from '#kernel';
import type { ClusterOptions } from '../src/index.ts';
import { SimulatedCluster } from '../src/index.ts';

export const START = new Date('2026-10-01T00:00:00Z');

/** A cluster on a clock the test drives, with the real client. */
export class ClusterTestEnvironment {
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly networking: NetworkingV1Api;
  readonly coordination: CoordinationV1Api;
  readonly objects: KubernetesObjectApi;
  readonly watch: Watch;
  readonly log: Log;

  private constructor(
    readonly cluster: SimulatedCluster,
    readonly clock: ManualClock,
    readonly config: KubeConfig,
  ) {
    this.core = config.makeApiClient(CoreV1Api);
    this.batch = config.makeApiClient(BatchV1Api);
    this.networking = config.makeApiClient(NetworkingV1Api);
    this.coordination = config.makeApiClient(CoordinationV1Api);
    this.objects = KubernetesObjectApi.makeApiClient(config);
    this.watch = new Watch(config);
    this.log = new Log(config);
  }

  static async start(options: ClusterOptions = {}): Promise<ClusterTestEnvironment> {
    const clock = new ManualClock(START);
    const cluster = await SimulatedCluster.start({ clock, token: 'the-token', ...options });
    const config = new KubeConfig();
    config.loadFromString(cluster.kubeconfigYaml);
    const environment = new ClusterTestEnvironment(cluster, clock, config);
    await environment.core.createNamespace({ body: { metadata: { name: 'lab' } } });
    return environment;
  }

  /** Lets simulated time pass, second by second so that nothing hides in a leap. */
  pass(seconds: number): void {
    for (let count = 0; count < seconds; count++) {
      this.clock.advance(1000);
      this.cluster.settle();
    }
  }

  async pods(): Promise<V1Pod[]> {
    return (await this.core.listNamespacedPod({ namespace: 'lab' })).items;
  }

  async job(name: string): Promise<V1Job> {
    return this.batch.readNamespacedJob({ name, namespace: 'lab' });
  }

  async fetch(path: string, init: { method?: string; body?: unknown } = {}): Promise<{ status: number; body: unknown }> {
    const { fetch, Agent } = await import('undici');
    const ca = Buffer.from(this.cluster.kubeconfig.clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64').toString();
    const dispatcher = new Agent({ connect: { ca } });
    const response = await fetch(`${this.cluster.url}${path}`, {
      method: init.method ?? 'GET',
      headers: { authorization: 'Bearer the-token', 'content-type': 'application/json' },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      dispatcher,
    });
    const answer = { status: response.status, body: await response.json() };
    await dispatcher.close();
    return answer;
  }
}

export const asApply = setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply);

/** A job of the lab as plain JSON, changed as a test of validation wants it. */
export function changedJob(change: object): object {
  return Object.assign(JSON.parse(JSON.stringify(gpuJob('x'))) as object, change);
}

/** The specification of such a job with fields changed. */
export function changedSpec(change: object): { spec: object } {
  return { spec: Object.assign(JSON.parse(JSON.stringify(gpuJob('x').spec)) as object, change) };
}

/** A job of the lab whose pods do as the annotations under `sim` say. */
export function gpuJob(name: string, sim: Readonly<Record<string, string>> = {}, spec: Partial<V1Job['spec']> = {}): V1Job {
  const annotations = Object.fromEntries(Object.entries(sim).map(([key, value]) => [`sim.speedspace.io/${key}`, value]));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'lab' },
    spec: {
      completionMode: 'Indexed',
      completions: 2,
      parallelism: 2,
      backoffLimit: 0,
      template: {
        metadata: { annotations },
        spec: {
          restartPolicy: 'Never',
          nodeSelector: { 'speedspace.io/gpu-class': 'h800' },
          containers: [{ name: 'main', image: 'registry/train:1', resources: { limits: { 'nvidia.com/gpu': '8' } } }],
        },
      },
      ...spec,
    },
  };
}

/** The error a call fails with, as the API server worded it. */
export async function refusal(call: Promise<unknown>): Promise<{ code: number; reason: string; message: string }> {
  try {
    await call;
  } catch (error) {
    const { code, body } = error as { code: number; body: string };
    const { reason, message } = JSON.parse(body) as { reason: string; message: string };
    return { code, reason, message };
  }
  throw new Error('the call was not refused');
}
