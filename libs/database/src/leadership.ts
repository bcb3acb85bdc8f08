import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresOptions } from './database-settings.ts';
import { APPLICATION_ROLE } from './tenant-scope.ts';
import type { Tx } from './transactions.ts';

/** Thrown when a process acts for a loop that it no longer leads. */
export class LeadershipLost extends Error {
  constructor(loop: string) {
    super(`another process leads ${loop} now`);
    this.name = 'LeadershipLost';
  }
}

/**
 * One term of leading a loop. Its fencing number grows from term to term; every write of the loop calls `fence(tx)` first, so
 * that a process that was paused past its term can write nothing. What other systems are asked to do cannot be fenced: each such
 * call is preceded by `requireTerm()`.
 */
export interface LeaderTerm {
  readonly loop: string;
  readonly number: bigint;
  /** Aborts when the connection that carries the term is gone. */
  readonly signal: AbortSignal;
  /** Locks the term for this transaction. @throws LeadershipLost when a later term has begun */
  fence(tx: Tx): Promise<void>;
  /** Asks nobody. @throws LeadershipLost when the term is over, or may be: the last heartbeat that was answered is as old as the lease */
  requireTerm(): void;
  release(): Promise<void>;
}

/** How long a leader may send no heartbeat. */
export class LeadershipSettings {
  constructor(readonly leaseMilliseconds = 10_000) {}
}

/**
 * Elects one leader per loop through a session-level advisory lock. PostgreSQL frees it when the leader's connection dies, and ends
 * the connection of a leader that sent no heartbeat for the length of the lease: it is paused, hangs, or its machine is gone.
 */
@Injectable()
export class Leadership implements OnApplicationShutdown {
  readonly #terms = new Set<LeaderTerm>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: LeadershipSettings = new LeadershipSettings(),
  ) {}

  /** Milliseconds after which a standby tries again, so that it takes over within little more than the lease. */
  get lookAgainMilliseconds(): number {
    return this.settings.leaseMilliseconds / 5;
  }

  /** Tries once to lead `loop`; undefined while somebody else does. */
  async tryAcquire(loop: string): Promise<LeaderTerm | undefined> {
    const client = this.#client();
    const gone = new AbortController();
    client.on('error', () => gone.abort());
    client.on('end', () => gone.abort());
    try {
      await client.connect();
      const lock = await client.query<{ won: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS won', [loop]);
      if (!lock.rows[0]?.won) {
        await client.end();
        return undefined;
      }
      const askedAt = performance.now();
      const granted = await client.query<{ term: bigint }>(
        `INSERT INTO leadership (loop, term) VALUES ($1, 1)
         ON CONFLICT (loop) DO UPDATE SET term = leadership.term + 1, since = now() RETURNING term`,
        [loop],
      );
      const term = this.#begin(loop, granted.rows[0]?.term ?? 0n, askedAt, client, gone);
      this.#terms.add(term);
      return term;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.#terms].map((term) => term.release()));
  }

  #begin(loop: string, number: bigint, askedAt: number, client: pg.Client, gone: AbortController): LeaderTerm {
    const { leaseMilliseconds } = this.settings;
    let aliveAt = askedAt;
    // When a heartbeat fails, the events of the connection tell it.
    const sendHeartbeat = (): void => {
      const sentAt = performance.now();
      client.query('SELECT 1').then(
        () => (aliveAt = sentAt),
        () => undefined,
      );
    };
    const heartbeat = setInterval(sendHeartbeat, leaseMilliseconds / 4).unref();
    gone.signal.addEventListener('abort', () => clearInterval(heartbeat), { once: true });
    const term: LeaderTerm = {
      loop,
      number,
      signal: gone.signal,
      fence: async (tx) => {
        const held = await tx.query<unknown[]>('SELECT 1 FROM leadership WHERE loop = $1 AND term = $2 FOR SHARE', [loop, number]);
        if (gone.signal.aborted || held.length === 0) throw new LeadershipLost(loop);
      },
      requireTerm: () => {
        if (gone.signal.aborted || performance.now() - aliveAt >= leaseMilliseconds) throw new LeadershipLost(loop);
      },
      release: async () => {
        this.#terms.delete(term);
        gone.abort();
        await client.end().catch(() => undefined);
      },
    };
    return term;
  }

  /** A connection outside the pool: the pool could give a connection that holds the lock to another caller. */
  #client(): pg.Client {
    const options = this.dataSource.options as PostgresOptions;
    const extra = options.extra as pg.ClientConfig;
    return new pg.Client({
      connectionString: options.url,
      application_name: 'speedspace-leadership',
      keepAlive: true,
      keepAliveInitialDelayMillis: 2_000,
      ...extra,
      options: `${extra.options ?? ''} -c role=${APPLICATION_ROLE} -c idle_session_timeout=${this.settings.leaseMilliseconds}`,
    });
  }
}
