import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseYaml } from 'yaml';
import type { Json, JsonObject } from '../objects/kube-object.ts';
import { isObject } from '../validation/decode.ts';
import { readProtobuf } from './protobuf-body.ts';
import { ApiError, badRequest } from './status.ts';

const LARGEST_BODY_BYTES = 3 * 1024 * 1024;

/** One request and its answer, as the handlers see them. */
export class Exchange {
  readonly url: URL;
  readonly method: string;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    this.url = new URL(request.url ?? '/', 'https://cluster');
    this.method = request.method ?? 'GET';
  }

  get query(): URLSearchParams {
    return this.url.searchParams;
  }

  get contentType(): string {
    return (this.request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
  }

  get accept(): string {
    return this.request.headers.accept ?? '';
  }

  /** The body as JSON; YAML is taken too, as the API server does. Undefined when there is none. */
  async body(): Promise<Json | undefined> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_BODY_BYTES)
        throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LARGEST_BODY_BYTES}`);
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    if (this.contentType.includes('protobuf')) return this.#protobuf(bytes);
    const text = bytes.toString('utf8');
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text) as Json;
    } catch (error) {
      if (!this.contentType.includes('yaml')) throw badRequest(`couldn't parse the body as JSON: ${String(error)}`);
    }
    try {
      return parseYaml(text) as Json;
    } catch (error) {
      throw badRequest(`couldn't parse the body as YAML: ${String(error)}`);
    }
  }

  #protobuf(bytes: Buffer): Json {
    const object = readProtobuf(bytes);
    if (object === undefined)
      throw new ApiError(415, 'UnsupportedMediaType', 'protobuf is served here for namespaces and service accounts only: use JSON');
    return object;
  }

  async objectBody(): Promise<JsonObject> {
    const body = await this.body();
    if (!isObject(body)) throw badRequest('the body is not an object');
    return body;
  }

  /** Sends a value, or text that already is JSON. */
  send(code: number, body: string | object, headers: Readonly<Record<string, string | string[]>> = {}): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const bytes = Buffer.from(text);
    this.response.writeHead(code, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
    this.response.end(bytes);
  }

  fail(error: unknown): void {
    const refusal = error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${String(error)}`);
    if (this.response.headersSent) {
      this.response.destroy();
      return;
    }
    const retry = refusal.details.retryAfterSeconds;
    this.send(refusal.code, refusal.toStatus(), retry === undefined ? {} : { 'retry-after': String(retry) });
  }
}
