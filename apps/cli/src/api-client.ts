import pRetry from 'p-retry';
import { type ApiClient as Api, createApiClient } from '#api-client';
import { changeConfig, type Config, loadConfig } from './config.ts';
import { ApiProblem, type Problem, Unreachable, UsageError } from './failures.ts';
import type { CliEnvironment } from './cli-environment.ts';

export type { ApiClient as Api } from '#api-client';

const RETRIES = 3;

/** The token that another process stored may have expired as well. Then one more is requested. */
const MOST_RENEWALS = 2;
const REFRESH = '/api/v1/auth/refresh';

/** Whether the request may be sent again. The server accepts a refresh token twice within some seconds. */
function mayRepeat(request: Request): boolean {
  return request.method === 'GET' || request.headers.has('idempotency-key') || new URL(request.url).pathname === REFRESH;
}

type Send = (request: Request) => Promise<Response>;

async function send(request: Request, once: Send = fetch): Promise<Response> {
  try {
    return await pRetry(() => once(request.clone()), {
      retries: mayRepeat(request) ? RETRIES : 0,
      minTimeout: 250,
      shouldRetry: () => !request.signal.aborted,
    });
  } catch (error) {
    if (request.signal.aborted) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Unreachable(`${new URL(request.url).origin} cannot be reached (${cause}).`);
  }
}

/** The API of `server` without a session. */
export function strangerTo(server: string): Api {
  return createApiClient({ baseUrl: server, fetch: (request) => send(request) });
}

/**
 * Sends requests as the signed-in person. An expired access token is renewed once: all requests of this process wait for the same renewal,
 * and a pair that another process stored meanwhile is used instead of requesting one more.
 */
class SignedIn {
  #config: Config;
  #renewal: Promise<void> | undefined;

  constructor(
    private readonly environment: CliEnvironment,
    config: Config,
    /** The company to act for, for a person of several companies, or of a company and the park. */
    private readonly company: string | undefined,
    private readonly once: Send = fetch,
  ) {
    this.#config = config;
  }

  readonly send = async (request: Request): Promise<Response> => {
    for (let renewals = 0; ; renewals += 1) {
      const { accessToken: used, refreshToken } = this.#config;
      const answer = await send(this.#signed(request), this.once);
      if (answer.status !== 401 || refreshToken === undefined || renewals === MOST_RENEWALS) return answer;
      if (this.#config.accessToken === used) await this.#renew(used);
    }
  };

  #signed(request: Request): Request {
    const signed = request.clone();
    if (this.#config.accessToken !== undefined) signed.headers.set('authorization', `Bearer ${this.#config.accessToken}`);
    if (this.company !== undefined) signed.headers.set('x-company', this.company);
    return signed;
  }

  async #renew(refused: string | undefined): Promise<void> {
    this.#renewal ??= this.#renewed(refused).finally(() => {
      this.#renewal = undefined;
    });
    await this.#renewal;
  }

  async #renewed(refused: string | undefined): Promise<void> {
    await changeConfig(this.environment, async (kept) => {
      const isOurs = kept?.server === this.#config.server && kept.email === this.#config.email && kept.refreshToken !== undefined;
      if (isOurs && kept.accessToken !== refused) {
        this.#config = kept;
        return kept;
      }
      const before = isOurs ? kept : this.#config;
      this.#config = { ...before, ...(await refresh(before.server, before.refreshToken ?? '')) };
      // Where another process signed in as somebody else or signed out meanwhile, its file is kept, and this process continues with its own session.
      return isOurs ? this.#config : kept;
    });
  }
}

async function refresh(server: string, refreshToken: string): Promise<Pick<Config, 'accessToken' | 'refreshToken'>> {
  const tokens = answerOf(await strangerTo(server).POST(REFRESH, { body: { refreshToken } }));
  return { accessToken: tokens.accessToken, ...(tokens.refreshToken !== undefined && { refreshToken: tokens.refreshToken }) };
}

/**
 * The API as the signed-in person. `MSS_SERVER`, `MSS_TOKEN` (a personal token) and `MSS_COMPANY` take precedence over the stored session.
 * @param once sends one request
 */
export async function connect(environment: CliEnvironment, once?: Send): Promise<Api> {
  const { MSS_SERVER: namedServer, MSS_TOKEN: token, MSS_COMPANY: company } = environment.env;
  const kept = await loadConfig(environment);
  const server = namedServer ?? kept?.server;
  if (server === undefined) throw new UsageError('You are not signed in.', 'Sign in with mss login, or set MSS_SERVER and MSS_TOKEN.');
  // A stored token is sent only to the server that issued it.
  const config: Config = token !== undefined ? { server, accessToken: token } : server === kept?.server ? kept : { server };
  return createApiClient({ baseUrl: server, fetch: new SignedIn(environment, config, company ?? config.company, once).send });
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'status' in value && 'code' in value;
}

/** What the API answered. @throws ApiProblem when it refused */
export function answerOf<Data>(result: { data?: Data; error?: unknown; response: Response }): Data {
  const { data, error, response } = result;
  if (response.ok) return data as Data;
  if (isProblem(error)) throw new ApiProblem(error);
  throw new Unreachable(`${new URL(response.url).origin} answered ${response.status}, not as Speedspace does.`);
}
