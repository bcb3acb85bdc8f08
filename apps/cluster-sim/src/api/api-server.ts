import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { AccessRequests } from '../access/access-requests.ts';
import { type Account, type Accounts, MASTERS } from '../access/accounts.ts';
import type { RoleAuthorizer } from '../access/role-authorizer.ts';
import type { FaultInjector, RequestFacts } from '../faults/fault-injector.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { AdminApi } from './admin-api.ts';
import type { ApiRouter } from './api-router.ts';
import { RequestRecord } from './request-record.ts';
import type { ServerCertificate } from './certificate.ts';
import { discovery, discoveryContentType } from './discovery.ts';
import { Exchange } from './exchange.ts';
import { openApiDocument, openApiIndex, swaggerDocument } from './openapi.ts';
import { type ObjectPath, parseObjectPath, verbOf } from './request-path.ts';
import { ApiError, pathNotFound } from './status.ts';

const FAULT_REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  403: 'Forbidden',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/** Who may do what: accounts with their tokens, and the roles bound to them. */
export interface AccessControl {
  readonly accounts: Accounts;
  readonly authorizer: RoleAuthorizer;
  readonly requests: AccessRequests;
}

/** The HTTPS server: authentication, authorization, faults on the wire, and the way to discovery, objects and the administration API. */
export class ApiServer {
  readonly requests = new RequestRecord();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #down = false;
  #clockErrorMs = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly router: ApiRouter,
    private readonly admin: AdminApi,
    private readonly faults: FaultInjector,
    private readonly access: AccessControl,
    certificate: ServerCertificate,
  ) {
    // As the API server does, it asks for a certificate, and judges it with each request.
    const tls = { key: certificate.key, cert: certificate.certificate, requestCert: true, rejectUnauthorized: false };
    this.#server = createServer(tls, (request, response) => {
      // Node.js would send the time of this machine, and not of the simulated one.
      response.setHeader('date', new Date(this.simulation.events.now() + this.#clockErrorMs).toUTCString());
      const exchange = new Exchange(request, response);
      this.#answer(exchange).catch((error: unknown) => {
        exchange.fail(error);
      });
    });
    this.#server.keepAliveTimeout = 60_000;
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket: Socket) => {
      if (this.#down) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection and takes no new one until `up`. */
  down(): void {
    this.#down = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  up(): void {
    this.#down = false;
  }

  /** The clock of the server is wrong by so many milliseconds, as its `Date` shows. */
  setClockError(milliseconds: number): void {
    this.#clockErrorMs = milliseconds;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { pathname } = exchange.url;
    if (['/healthz', '/livez', '/readyz'].includes(pathname.replace(/\/$/, ''))) {
      exchange.response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
      return;
    }
    const account = this.#accountOf(exchange);
    if (account === undefined) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
    this.simulation.events.catchUp();
    if (pathname.startsWith('/sim/v1/')) {
      if (!account.groups.includes(MASTERS)) throw new ApiError(403, 'Forbidden', 'only the administrator of the cluster may do this');
      await this.admin.answer(exchange);
      return;
    }
    if (this.#answersDocument(exchange, pathname)) {
      this.#saw(exchange, { verb: 'get', resource: pathname, namespace: '' });
      return;
    }
    if (!pathname.startsWith('/api/') && !pathname.startsWith('/apis/')) throw pathNotFound();
    if (await this.access.requests.answer(exchange, pathname, account)) {
      this.#saw(exchange, { verb: 'create', resource: pathname.split('/').at(-1) ?? '', namespace: '' });
      return;
    }
    const path = parseObjectPath(pathname);
    const facts = { verb: verbOf(exchange.method, path, exchange.query), resource: path.resource.plural, namespace: path.namespace ?? '' };
    this.#saw(exchange, facts);
    this.#requireAccess(account, path, facts.verb, exchange);
    for (const effect of this.faults.inject(facts, 'request')) {
      if (effect.kind === 'delay') {
        await sleep(effect.milliseconds);
        this.simulation.events.catchUp();
      } else if (effect.kind === 'reset') {
        exchange.request.socket.destroy();
        return;
      } else if (effect.kind === 'warning') {
        exchange.response.setHeader('warning', `299 - ${JSON.stringify(effect.message)}`);
      } else if (effect.kind === 'lost-answer') {
        const lost = new LostAnswer(exchange);
        await this.router.answer(lost, path).catch(() => undefined);
        throw new ApiError(500, 'InternalError', 'Internal error occurred: simulated fault after the fact');
      } else if (effect.kind === 'status') {
        const details = effect.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: effect.retryAfterSeconds };
        const message = effect.message ?? `simulated fault: ${effect.code}`;
        throw new ApiError(effect.code, FAULT_REASONS[effect.code] ?? 'InternalError', message, details);
      }
    }
    await this.router.answer(exchange, path);
  }

  /** By its bearer token, else by its client certificate. */
  #accountOf({ request: { headers, socket } }: Exchange): Account | undefined {
    const { accounts } = this.access;
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    const byCertificate = certificate === undefined ? undefined : accounts.ofCertificate(certificate, this.simulation.events.now());
    return accounts.of(headers.authorization) ?? byCertificate;
  }

  #saw({ request }: Exchange, facts: RequestFacts): void {
    this.requests.saw({ ...facts, userAgent: request.headers['user-agent'] ?? '' });
  }

  #answersDocument(exchange: Exchange, pathname: string): boolean {
    if (exchange.method !== 'GET') return false;
    const document =
      pathname === '/openapi/v3'
        ? openApiIndex()
        : pathname === '/openapi/v2'
          ? swagger(exchange)
          : pathname.startsWith('/openapi/v3/')
            ? openApiDocument(pathname.slice('/openapi/v3/'.length))
            : undefined;
    if (document !== undefined) {
      exchange.send(200, document);
      return true;
    }
    const found = discovery(pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname, exchange.accept);
    if (found === undefined) return false;
    exchange.send(200, found, { 'content-type': discoveryContentType(pathname, exchange.accept) });
    return true;
  }

  /** @throws ApiError 403 */
  #requireAccess(account: Account, path: ObjectPath, verb: string, exchange: Exchange): void {
    const { resource, namespace = '', name, subresource } = path;
    const wanted = {
      ...{ verb, group: resource.group, namespace, name },
      resource: subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`,
    };
    this.access.authorizer.require(account, wanted);
    const creates =
      exchange.contentType === 'application/apply-patch+yaml' && this.simulation.store.get(resource, namespace, name ?? '') === undefined;
    if (creates) this.access.authorizer.require(account, { ...wanted, verb: 'create' });
  }
}

/** Old clients insist on protobuf for `/openapi/v2`; JSON is all there is. */
function swagger(exchange: Exchange): object {
  if (exchange.accept.includes('proto-openapi') && !exchange.accept.includes('json'))
    throw new ApiError(406, 'NotAcceptable', 'only application/json is served');
  return swaggerDocument();
}

/** Does what was asked but keeps the answer to itself. */
class LostAnswer extends Exchange {
  constructor(real: Exchange) {
    super(real.request, real.response);
  }

  override send(): void {
    // The answer is what gets lost.
  }
}
