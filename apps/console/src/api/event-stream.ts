import { createParser } from 'eventsource-parser';
import { authorizedFetch } from './client.ts';
import { isProblem, type Problem } from './problem.ts';

/** One event of a stream of the API. `id` is where a reader resumes. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** How the reading of a stream is: it waits for the API, it is read, the connection was lost and is tried again, or the stream has ended. */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'ended';

export interface StreamReader {
  readonly onEvent: (event: StreamEvent) => void;
  readonly onState: (state: StreamState) => void;
  /** The API refused the stream, or ended it with a refusal. */
  readonly onProblem: (problem: Problem) => void;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** The id of the last event that is known: the stream begins behind it. */
  readonly after?: string;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Reads server-sent events of the API at `path` with the session of this page, until the stream ends or `signal` fires. After a lost
 * connection it resumes behind the last event. `EventSource` cannot be used, because it sends no header.
 */
export async function readStream(
  path: string,
  { onEvent, onState, onProblem }: StreamReader,
  { signal, headers = {}, after = '' }: StreamOptions,
): Promise<void> {
  let last = after;
  let pauseMs = FIRST_PAUSE_MS;
  const ending: { problem?: Problem | undefined } = {};
  const parser = createParser({
    onEvent: ({ id = '', event = 'message', data }) => {
      if (event === 'problem') {
        ending.problem = problemOf(data);
        return;
      }
      if (id !== '') last = id;
      onEvent({ id, type: event, data });
    },
  });
  onState('connecting');
  while (!signal.aborted) {
    try {
      const resume = last === '' ? undefined : { 'Last-Event-ID': last };
      const request = new Request(path, { headers: { Accept: 'text/event-stream', ...headers, ...resume }, signal });
      const answer = await authorizedFetch(request);
      if (!answer.ok || answer.body === null) {
        const problem: unknown = await answer.json().catch(() => undefined);
        if (isProblem(problem) && answer.status < 500) {
          onProblem(problem);
          return;
        }
        throw new TypeError(`The API answers ${answer.status}.`);
      }
      onState('live');
      pauseMs = FIRST_PAUSE_MS;
      const decoder = new TextDecoder();
      for (const reader = answer.body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        parser.feed(decoder.decode(value, { stream: true }));
      }
      parser.reset();
      const { problem } = ending;
      if (problem === undefined) {
        onState('ended');
        return;
      }
      if (problem.status < 500) {
        onProblem(problem);
        return;
      }
      ending.problem = undefined;
    } catch {
      parser.reset();
    }
    onState('reconnecting');
    await pause(pauseMs, signal);
    pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
  }
}

function problemOf(data: string): Problem | undefined {
  try {
    const problem: unknown = JSON.parse(data);
    return isProblem(problem) ? problem : undefined;
  } catch {
    return undefined;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
