import { type Api, answerOf } from './api-client.ts';
import { follow } from './event-stream.ts';
import { after } from './request-headers.ts';

/** Which pod's log: the first replica's of the last attempt where nothing is said. */
export interface LogQuery {
  readonly replica?: number;
  readonly attempt?: number;
  readonly tail?: number;
}

/** What a pod writes, line by line, until it ends. */
export async function* logLines(api: Api, id: string, query: LogQuery): AsyncGenerator<string> {
  const lines = follow(async (last) => {
    const headers = { accept: 'text/event-stream' };
    const request = { params: { path: { id }, query, header: after(last) }, headers, parseAs: 'stream' as const };
    return answerOf(await api.GET('/api/v1/jobs/{id}/logs/stream', request)) as unknown as ReadableStream<Uint8Array>;
  });
  for await (const { data } of lines) yield data;
}
