import { setTimeout as sleep } from 'node:timers/promises';
import { admissionIdOf, DomainError } from '#kernel';
import { AnswerCut, isTransient } from '../connection/calls.ts';
import { openStream } from '../connection/open-stream.ts';
import type { PooledKubeConfig } from '../connection/pooled-kube-config.ts';
import { type Attempt, MAIN_CONTAINER } from '../desired/names.ts';
import type { PodObservation } from '../observed/pod-observation.ts';
import { linesBehind, linesIn, type LogLine, type LogPlace } from './log-lines.ts';

/** Which lines of a log are read, in the order in which they were written. */
export interface LogRange {
  /** Goes on until the pod ends. */
  readonly follow?: boolean;
  /** So many of the last lines; with `after` all that follow it. */
  readonly tailLines?: number;
  /** Begins after this place: that of the last line that is known, or `startOf` an instant. */
  readonly after?: LogPlace | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The log of one pod, as far as the cluster still has it. */
export type PodLog = (range: LogRange) => AsyncIterable<LogLine>;

const RECONNECT_MILLISECONDS = 1_000;

/**
 * The pod of replica `index` whose log people mean: where a replaced one is still there, the last that started.
 * @throws DomainError `logs.none` when there is none or it has not started
 */
export function startedReplica(pods: readonly PodObservation[], of: Attempt, index: number): PodObservation {
  const replicas = pods.filter((pod) => pod.index === index);
  const started = replicas.filter(({ startedAt }) => startedAt !== undefined).sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
  const [pod] = started;
  if (pod !== undefined) return pod;
  const name = `${index} of ${admissionIdOf(of)}`;
  const detail = replicas.length === 0 ? `There is no pod ${name}.` : `Pod ${name} has not started yet.`;
  throw new DomainError('logs.none', { detail, remedy: 'Look at the events of the job.', kind: 'not-found' });
}

/** The log of a pod's main container. While it is followed, a lost connection is opened again after the last line. */
export function podLog(kubeConfig: PooledKubeConfig, pod: { readonly namespace: string; readonly name: string }): PodLog {
  return async function* (range): AsyncGenerator<LogLine> {
    const signal = range.signal ?? new AbortController().signal;
    const follow = range.follow === true;
    let known = range.after;
    while (!isAborted(signal)) {
      const tailLines = known === undefined ? range.tailLines : undefined;
      try {
        for await (const line of linesBehind(
          known,
          linesIn(connection(kubeConfig, pod, { follow, tailLines, since: known?.at }, signal)),
        )) {
          known = { at: line.at, nth: line.nth };
          yield line;
        }
        return;
      } catch (error) {
        if (isAborted(signal)) return;
        if (!follow || !isTransient(error)) throw error;
        await sleep(RECONNECT_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      }
    }
  };
}

interface Wanted {
  readonly follow: boolean;
  readonly tailLines: number | undefined;
  readonly since: string | undefined;
}

/** The text of one connection, in pieces as they arrive. @throws Error when it breaks */
async function* connection(
  kubeConfig: PooledKubeConfig,
  pod: { readonly namespace: string; readonly name: string },
  { follow, tailLines, since = '' }: Wanted,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const url = new URL(`${kubeConfig.getCurrentCluster()?.server ?? ''}/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log`);
  url.searchParams.set('container', MAIN_CONTAINER);
  url.searchParams.set('timestamps', 'true');
  if (follow) url.searchParams.set('follow', 'true');
  if (tailLines !== undefined) url.searchParams.set('tailLines', String(tailLines));
  // The cluster compares whole seconds.
  if (since !== '') url.searchParams.set('sinceTime', `${since.slice(0, 19)}Z`);
  const response = await openStream(kubeConfig, url, signal);
  for await (const chunk of response.setEncoding('utf8')) yield chunk as string;
  if (!response.complete) throw new AnswerCut('the log ended in the middle');
}

/** A signal may fire while something is awaited, which the compiler does not see of its property. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
