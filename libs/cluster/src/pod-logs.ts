import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException, type KubeConfig } from '@kubernetes/client-node';
import { AnswerCut, isPassing } from './connection/calls.ts';
import { MAIN_CONTAINER } from './desired/names.ts';

/** A line that a pod wrote. */
export interface LogLine {
  /** RFC 3339 with as many digits as the cluster gives: where a reader resumes. */
  readonly at: string;
  readonly text: string;
}

export interface LogOptions {
  /** Goes on until the pod ends. */
  readonly follow?: boolean;
  readonly tailLines?: number;
  /** `at` of the last line that is known already: begins after it. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

const RECONNECT_MILLISECONDS = 1_000;

/** The lines of a pod's main container; while following, a lost connection is taken up again where it broke. */
export async function* podLogs(
  kubeConfig: KubeConfig,
  pod: { namespace: string; name: string },
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const signal = options.signal ?? new AbortController().signal;
  let last = options.after;
  // Lines may carry the same instant: those of the last one that were handed out are skipped by their number.
  let atLast = options.after === undefined ? 0 : Number.POSITIVE_INFINITY;
  for (let tail = options.tailLines; !isAborted(signal); tail = undefined) {
    let skip = atLast;
    try {
      for await (const line of connection(kubeConfig, pod, { ...options, tailLines: tail, after: last }, signal)) {
        if (last !== undefined && (line.at < last || (line.at === last && skip-- > 0))) continue;
        atLast = line.at === last ? atLast + 1 : 1;
        last = line.at;
        yield line;
      }
      return;
    } catch (error) {
      if (isAborted(signal)) return;
      if (options.follow !== true || !isPassing(error)) throw error;
      await sleep(RECONNECT_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function* connection(
  kubeConfig: KubeConfig,
  pod: { namespace: string; name: string },
  options: { follow?: boolean; tailLines?: number | undefined; after?: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const url = new URL(`${kubeConfig.getCurrentCluster()?.server ?? ''}/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log`);
  url.searchParams.set('container', MAIN_CONTAINER);
  url.searchParams.set('timestamps', 'true');
  if (options.follow === true) url.searchParams.set('follow', 'true');
  if (options.tailLines !== undefined) url.searchParams.set('tailLines', String(options.tailLines));
  if (options.after !== undefined) url.searchParams.set('sinceTime', `${options.after.slice(0, 19)}Z`);
  const response = await open(kubeConfig, url, signal);
  for await (const line of createInterface({ input: response, crlfDelay: Infinity })) {
    const space = line.indexOf(' ');
    yield { at: line.slice(0, space), text: line.slice(space + 1) };
  }
  // readline swallows how its input ended.
  if (!response.complete) throw new AnswerCut('the log ended in the middle');
}

/** The client's own `Log` lets a broken connection end the process: its stream has no listener for errors. */
async function open(kubeConfig: KubeConfig, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const options: RequestOptions = { method: 'GET', signal };
  await kubeConfig.applyToHTTPSOptions(options);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, options, resolve);
    request.on('error', reject);
    request.end();
  });
  response.on('error', () => undefined);
  if (response.statusCode === 200) return response;
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
  throw new ApiException(response.statusCode ?? 500, 'logs', body, {});
}

/** A signal may fire while something is awaited, which the compiler does not see of its property. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
