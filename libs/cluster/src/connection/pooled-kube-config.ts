import type { RequestOptions } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import { type Credentials, expiryOf } from './credentials.ts';

type DispatcherOptions = ReturnType<KubeConfig['createDispatcherOptions']>;
type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** By this the cluster's audit log and its flow control recognise our requests. */
const USER_AGENT = 'speedspace';
/** Real time after which the files of the credentials are read again. */
const REREAD_MS = 10_000;
/** Real time between two reads because the server refused the credentials: many requests may be refused at once. */
const REREAD_REFUSED_MS = 200;

/**
 * Signs every request with our `User-Agent`, the watches and the logs too, and sends all of them over one pool of connections. The
 * client library makes a pool for each request, and so a TLS handshake and a connection that lingers: at a hundred requests a second
 * that costs more than the requests. It reads token and certificates again from time to time, and at once when the server refuses them.
 */
export class PooledKubeConfig extends KubeConfig {
  #credentials: Credentials;
  #generation = 0;
  #readAt = performance.now();
  #wanted: DispatcherOptions | undefined;
  #pool: { readonly options: DispatcherOptions | undefined; readonly dispatcher: Dispatcher } | undefined;

  /** @param read throws DomainError `cluster.kubeconfig` */
  constructor(private readonly read: () => Credentials) {
    super();
    this.#credentials = read();
    this.#use(this.#credentials);
  }

  /** When the credentials in use expire; undefined where they show no date. */
  get expiresAt(): Date | undefined {
    return expiryOf(this.#credentials.user);
  }

  /** The server answered 401: the next request goes with credentials that are read anew. */
  refused(): void {
    if (performance.now() - this.#readAt >= REREAD_REFUSED_MS) this.#readAt = -Infinity;
  }

  override createDispatcherOptions(...given: Parameters<KubeConfig['createDispatcherOptions']>): DispatcherOptions {
    this.#wanted = super.createDispatcherOptions(...given);
    return this.#wanted;
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    this.#refresh();
    await super.applySecurityAuthentication(context);
    context.setHeaderParam('User-Agent', USER_AGENT);
    const fresh = context.getDispatcher();
    if (fresh === undefined) return;
    if (this.#pool === undefined || !isDeepStrictEqual(this.#pool.options, this.#wanted)) {
      // Requests that were sent over the old connections still end over them.
      void this.#pool?.dispatcher.close();
      this.#pool = { options: this.#wanted, dispatcher: fresh };
    }
    context.setDispatcher(this.#pool.dispatcher);
  }

  /** For requests that do not go through the client library. */
  override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    this.#refresh();
    await super.applyToHTTPSOptions(options);
    options.headers = Object.assign({ 'User-Agent': USER_AGENT }, options.headers);
  }

  #refresh(): void {
    const now = performance.now();
    if (now - this.#readAt < REREAD_MS) return;
    this.#readAt = now;
    let credentials: Credentials;
    try {
      credentials = this.read();
    } catch {
      // While a file is being replaced, what was read before is used.
      return;
    }
    if (isDeepStrictEqual(credentials, this.#credentials)) return;
    this.#credentials = credentials;
    this.#generation += 1;
    this.#use(credentials);
  }

  /** The library keeps connections by the names of cluster and user, so renewed credentials need a new name. */
  #use({ cluster, user }: Credentials): void {
    this.loadFromClusterAndUser(cluster, { ...user, name: `${user.name}/${this.#generation}` });
  }
}
