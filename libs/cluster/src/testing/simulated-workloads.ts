import { gpuPool, SimulatedCluster } from '../../../../apps/cluster-sim/src/index.ts';
import { type Clock, ManualClock, ScaledClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { someJobSpec } from '#jobs/testing';
import { ClusterService } from '../cluster.service.ts';
import type { Workload } from '../desired/workload.ts';
import type { LogLine } from '../logs/log-lines.ts';
import type { PodObservation } from '../observed/pod-observation.ts';

/** The class of the nodes `h800-0` to `h800-2`. */
export const H800 = {
  ...{ code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } },
  ...{ runtimeClassName: null, tolerations: [] },
};

/** Looks until `found` answers with something. */
export async function untilFound<T>(found: () => T | undefined | Promise<T | undefined>): Promise<T> {
  return await eventually(found.toString(), found, (seen): seen is Awaited<T> & T => seen !== undefined);
}

/** All lines of a log, to its end. */
export async function allLines(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const read = [];
  for await (const line of lines) read.push(line);
  return read;
}

/** A simulated cluster of three nodes, `ClusterService` on it, and workloads of one company. */
export class SimulatedWorkloads {
  #jobs = 0;

  private constructor(
    readonly simulated: SimulatedCluster,
    readonly cluster: ClusterService,
    readonly clock: Clock,
  ) {}

  /** A manual clock moves by `pass`, and by a second at each look of `podsOf`. */
  static async start(clock: Clock = new ScaledClock(20)): Promise<SimulatedWorkloads> {
    const simulated = await SimulatedCluster.start({
      clock,
      nodeMonitorGraceSeconds: 5,
      unreachableTolerationSeconds: 10,
      nodes: [gpuPool('h800', 3, 'nvidia.com/gpu', '128', '2Ti')],
    });
    const cluster = ClusterService.connect({ kubeconfig: simulated.kubeconfigYaml }, { relistSeconds: 60, pageSize: 2 });
    return new SimulatedWorkloads(simulated, cluster, clock);
  }

  /** Lets time pass on a manual clock, and the cluster play what is due then. Any other clock moves by itself. */
  pass(seconds: number): void {
    if (!(this.clock instanceof ManualClock)) return;
    this.clock.advance(seconds * 1_000);
    this.simulated.settle();
  }

  async stop(): Promise<void> {
    await this.simulated.stop();
  }

  workload(change: Parameters<typeof someJobSpec>[0] = {}, annotations: Record<string, string> = {}, nodes: string[] = []): Workload {
    this.#jobs += 1;
    const script = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`sim.speedspace.io/${key}`, value]));
    const spec = someJobSpec({ ...change, annotations: { 'sim.speedspace.io/start-delay': '1s', ...script } });
    const replica = { gpus: spec.gpusPerReplica, cpuMillis: 2_000, memoryBytes: 2 ** 30 };
    const tenant = { id: 'company_1', slug: 'jiding' };
    return { jobId: `job_test${this.#jobs}`, attempt: 1, tenant, spec, replica, gpuClass: H800, imagePullPolicy: 'IfNotPresent', nodes };
  }

  async run(attempt: Workload): Promise<Workload> {
    await this.cluster.spaces.ensure(attempt.tenant);
    await this.cluster.jobs.ensure(attempt);
    return attempt;
  }

  /** The pods of an attempt, once they are `ready`. */
  async podsOf(attempt: Workload, ready: (pods: PodObservation[]) => boolean): Promise<PodObservation[]> {
    return await untilFound(async () => {
      this.pass(1);
      const pods = await this.cluster.pods.list(attempt);
      return ready(pods) ? pods : undefined;
    });
  }
}
