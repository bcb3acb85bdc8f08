import { type Api, answerOf } from './api-client.ts';
import { follow } from './event-stream.ts';
import { cursor, because } from './request-headers.ts';
import { lastState } from './terminal-text.ts';
import type { CliEnvironment } from './cli-environment.ts';

/** The pod whose log is read; by default, the first replica of the last attempt. */
export interface LogQuery {
  readonly replica?: number;
  readonly attempt?: number;
  readonly tail?: number;
  /** The lines of this instant and later ones. */
  readonly since?: string;
  /** Only lines that contain this text. */
  readonly contains?: string;
}

/** The lines of a pod's log until it ends, and when each was written. `reason`: why a person of the park reads it. */
export async function* logLines(
  api: Api,
  id: string,
  query: LogQuery,
  reason?: string,
): AsyncGenerator<{ readonly at: string; readonly text: string }> {
  const lines = follow(async (last) => {
    const headers = { accept: 'text/event-stream' };
    const request = {
      params: { path: { id }, query, header: { ...cursor(last), ...because(reason) } },
      headers,
      parseAs: 'stream' as const,
    };
    return answerOf(await api.GET('/api/v1/jobs/{id}/logs/stream', request)) as unknown as ReadableStream<Uint8Array>;
  });
  // A line contains no line feed. Here one stands for a carriage return, which an event of a stream cannot contain.
  for await (const { id: place = '', data } of lines) yield { at: place.split('/')[0] ?? '', text: data.replaceAll('\n', '\r') };
}

/** Prints lines of a log: unchanged to files and pipes, without harmful control characters to a terminal. */
export function printLines(environment: CliEnvironment, lines: readonly string[]): void {
  for (const line of lines) environment.out(`${environment.terminal ? lastState(line) : line}\n`);
}
