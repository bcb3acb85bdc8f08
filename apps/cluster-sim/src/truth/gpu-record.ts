import { gpusOf } from '../admission/pod-resources.ts';
import type { Pod } from '../objects/workloads.ts';
import { JOB_NAME_LABEL } from '../objects/workloads.ts';

/**
 * How a run came to its end: by itself, by a signal, with its node, with its object, without its kubelet's knowledge, or unseen on a
 * node that was cut off: its kubelet reports it when the node is back, if the object is still there.
 */
export type RunEnd = 'exited' | 'killed' | 'node-lost' | 'force-deleted' | 'container-lost' | 'unseen';

/** What one pod truly ran, from the first start of its main container to its last end, in whole seconds since 1970. */
export interface PodRunRecord {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly job: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string;
  readonly gpuResource: string | undefined;
  readonly gpus: number;
  readonly startedAt: number;
  /** Absent while it runs. */
  readonly endedAt?: number;
  readonly end?: RunEnd;
}

export interface TruthLine extends PodRunRecord {
  readonly gpuSeconds: number;
}

/** The cluster's own exact record of GPU time, which outlives the objects: the truth that meters are compared with. */
export class GpuRecord {
  readonly #runs = new Map<string, PodRunRecord>();

  started(pod: Pod, milliseconds: number): void {
    const { uid, namespace = '', name, labels = {} } = pod.metadata;
    const before = this.#runs.get(uid);
    const gpus = gpusOf(pod.spec);
    this.#runs.set(uid, {
      uid,
      namespace,
      name,
      job: labels[JOB_NAME_LABEL],
      labels,
      node: pod.spec.nodeName ?? '',
      gpuResource: gpus?.resource,
      gpus: gpus?.count ?? 0,
      startedAt: before?.startedAt ?? wholeSeconds(milliseconds),
    });
  }

  ended(uid: string, milliseconds: number, end: RunEnd): void {
    const run = this.#runs.get(uid);
    if (run !== undefined) this.#runs.set(uid, { ...run, endedAt: wholeSeconds(milliseconds), end });
  }

  /** Every pod that ever ran; a running one counts up to `milliseconds`. */
  lines(milliseconds: number): TruthLine[] {
    return [...this.#runs.values()].map((run) => ({
      ...run,
      gpuSeconds: run.gpus * ((run.endedAt ?? wholeSeconds(milliseconds)) - run.startedAt),
    }));
  }
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
