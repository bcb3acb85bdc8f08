import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

const COMMIT = Buffer.from('COMMIT\0');

/** When a connection breaks: before PostgreSQL is told to commit, or after it did and before the client hears of it. */
export type CommitCut = 'before' | 'after';

/** Stands between a client and the tests' PostgreSQL, and breaks connections at chosen moments. */
export class DatabaseProxy {
  readonly #open = new Set<Socket>();
  #cut: CommitCut | undefined;
  #refusing = false;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.#serve(client));
  }

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const server = createServer();
    const proxy = new DatabaseProxy(server, new URL(databaseUrl));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The database's address through this proxy. */
  get url(): string {
    const { port } = this.server.address() as { port: number };
    const url = new URL(this.target);
    url.host = `127.0.0.1:${port}`;
    return url.href;
  }

  /** Breaks the connection of the next COMMIT. */
  cutNextCommit(when: CommitCut): void {
    this.#cut = when;
  }

  /** Breaks all connections, and each new one, until `accept`. */
  refuse(): void {
    this.#refusing = true;
    for (const socket of this.#open) socket.destroy();
  }

  accept(): void {
    this.#refusing = false;
  }

  async stop(): Promise<void> {
    this.refuse();
    this.server.close();
    await once(this.server, 'close');
  }

  #serve(client: Socket): void {
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    let answered = true;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#open.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (part) => {
      if (this.#cut === undefined || !part.includes(COMMIT)) {
        upstream.write(part);
        return;
      }
      const when = this.#cut;
      this.#cut = undefined;
      answered = false;
      if (when === 'before') client.destroy();
      else upstream.write(part);
    });
    upstream.on('data', (part) => {
      if (answered) client.write(part);
      else client.destroy();
    });
  }
}
