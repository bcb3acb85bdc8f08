import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

const COMMIT = Buffer.from('COMMIT\0');

/** Ends the answer to each message of a client. */
const READY_FOR_QUERY = 'Z'.charCodeAt(0);

/** Counts the messages of a type in a stream of PostgreSQL's: each is a byte for its type, and four for the length of the rest. */
function messageCounter(type: number): (part: Buffer) => number {
  let rest = Buffer.alloc(0);
  return (part) => {
    rest = Buffer.concat([rest, part]);
    let [counted, at] = [0, 0];
    while (rest.length - at >= 5 && rest.length - at > rest.readInt32BE(at + 1)) {
      if (rest[at] === type) counted += 1;
      at += rest.readInt32BE(at + 1) + 1;
    }
    rest = rest.subarray(at);
    return counted;
  };
}

/** When a connection breaks: before PostgreSQL is told to commit, or after it did and before the client hears of it. */
export type CommitCut = 'before' | 'after';

/** Stands between a client and the tests' PostgreSQL, and breaks connections at chosen moments. */
export class DatabaseProxy {
  readonly #open = new Set<Socket>();
  /** Answers of PostgreSQL so far, one for each statement or message of several that a client sent. */
  answers = 0;
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
    const count = messageCounter(READY_FOR_QUERY);
    upstream.on('data', (part) => {
      this.answers += count(part);
      if (answered) client.write(part);
      else client.destroy();
    });
  }
}
