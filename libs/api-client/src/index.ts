/**
 * api-client — the types of our HTTP API, generated from its OpenAPI document, and a client that checks every call against them. The
 * command line, the console and third parties use it. It imports no other module, so that it can be taken out as it is.
 */
import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { paths } from './api-types.ts';

export type { components, operations, paths } from './api-types.ts';

/** A client of the API: `GET`, `POST`, … by path, with typed parameters, bodies and answers. */
export type ApiClient = Client<paths>;

/**
 * A client of the API at `baseUrl`, such as `https://mss.park.example`. It sends requests by `fetch`, the platform's own where none is
 * given, and throws what `fetch` throws; refusals of the API are answers with an `error`.
 */
export function createApiClient(options: Pick<ClientOptions, 'baseUrl' | 'fetch'>): ApiClient {
  return createClient<paths>(options);
}
