import { type Api, answerOf } from './api-client.ts';
import { follow } from './event-stream.ts';
import { cursor, because } from './request-headers.ts';
import { lastState } from './terminal-text.ts';
import type { CliEnvironment } from './cli-environment.ts';

/** The pod whose log is read: the first replica of the last attempt by default. */
export interface LogQuery {
  readonly replica?: number;
  readonly attempt?: number;
  readonly tail?: number;
}

/** What a pod writes, line by line, until it ends. `reason`: why, where a person of the park reads. */
export async function* logLines(api: Api, id: string, query: LogQuery, reason?: string): AsyncGenerator<string> {
  const lines = follow(async (last) => {
    const headers = { accept: 'text/event-stream' };
    const request = {
      params: { path: { id }, query, header: { ...cursor(last), ...because(reason) } },
      headers,
      parseAs: 'stream' as const,
    };
    return answerOf(await api.GET('/api/v1/jobs/{id}/logs/stream', request)) as unknown as ReadableStream<Uint8Array>;
  });
  // A line has no line feed in it; a carriage return came as one, because an event of a stream cannot hold it.
  for await (const { data } of lines) yield data.replaceAll('\n', '\r');
}

/** Prints lines of a log: as they are into files and pipes, without harm on a terminal. */
export function printLines(environment: CliEnvironment, lines: readonly string[]): void {
  for (const line of lines) environment.out(`${environment.terminal ? lastState(line) : line}\n`);
}
