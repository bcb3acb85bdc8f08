import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { request as sendRequest } from 'undici';
import { type Api, answerOf, connect } from './api-client.ts';
import type { CliEnvironment } from './cli-environment.ts';
import { Unreachable } from './failures.ts';

const trailersOf = new WeakMap<Response, Record<string, string>>();

/** Like `fetch`, and keeps the trailer, which `fetch` does not show. */
async function fetchWithTrailers(request: Request): Promise<Response> {
  const { method } = request;
  const sent = request.body === null ? null : Buffer.from(await request.arrayBuffer());
  const options = { method: method as 'GET' | 'POST', headers: Object.fromEntries(request.headers), body: sent };
  const { statusCode, headers, body, trailers } = await sendRequest(request.url, options);
  const fields = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const response = new Response(Readable.toWeb(body), { status: statusCode, headers: fields });
  trailersOf.set(response, trailers);
  return response;
}

/** The API as the signed-in person, for `downloaded`. */
export async function connectForFiles(environment: CliEnvironment): Promise<Api> {
  return await connect(environment, fetchWithTrailers);
}

/**
 * The bytes of a file while they are received. They end with an error if the connection broke, or if their digest is not the one that
 * the server sent in header or trailer.
 * @throws ApiProblem if the API refused
 */
export async function* downloaded(answer: { data?: unknown; error?: unknown; response: Response }): AsyncGenerator<Uint8Array> {
  const body = answerOf(answer) as ReadableStream<Uint8Array>;
  const { response } = answer;
  const hash = createHash('sha256');
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw new Unreachable(
      `The download broke off (${error instanceof Error ? error.message : String(error)}). Nothing was kept: try again.`,
    );
  }
  const expected = response.headers.get('content-digest') ?? trailersOf.get(response)?.['content-digest'];
  if (expected !== undefined && expected !== `sha-256=:${hash.digest('base64')}:`) {
    throw new Unreachable('The download is not what the server sent: its digest differs. Nothing was kept: try again.');
  }
}
