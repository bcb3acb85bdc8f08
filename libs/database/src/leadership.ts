import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresOptions } from './database-settings.ts';
import { APPLICATION_ROLE } from './tenant-scope.ts';
import type { Tx } from './transactions.ts';

/** Thrown by a process that would act for its loop and leads it no longer. */
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
export interface Lead {
  readonly loop: string;
  readonly term: bigint;
  /** Aborts when the connection that carries the term is gone. */
  readonly signal: AbortSignal;
  /** Locks the term for this transaction. @throws LeadershipLost when a later term has begun */
  fence(tx: Tx): Promise<void>;
  /** Asks nobody. @throws LeadershipLost when the term is over, or may be: the last sign of life is as old as the lease */
  requireTerm(): void;
  resign(): Promise<void>;
}

/** How long a leader may say nothing. */
export class LeadershipSettings {
  constructor(readonly leaseMilliseconds = 10_000) {}
}

/**
 * Elects one leader per loop through a session-level advisory lock. PostgreSQL frees it when the leader's connection dies, and ends
 * the connection of a leader that was silent for the lease: paused, hung, or gone without a farewell.
 */
@Injectable()
export class Leadership implements OnApplicationShutdown {
  readonly #leads = new Set<Lead>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: LeadershipSettings = new LeadershipSettings(),
  ) {}

  /** How soon a standby is to look again, so that it takes over within little more than the lease. */
  get lookAgainMilliseconds(): number {
    return this.settings.leaseMilliseconds / 5;
  }

  /** Tries once to lead `loop`; undefined while somebody else does. */
  async campaign(loop: string): Promise<Lead | undefined> {
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
      const term = await client.query<{ term: bigint }>(
        `INSERT INTO leadership (loop, term) VALUES ($1, 1)
         ON CONFLICT (loop) DO UPDATE SET term = leadership.term + 1, since = now() RETURNING term`,
        [loop],
      );
      const lead = this.#lead(loop, term.rows[0]?.term ?? 0n, askedAt, client, gone);
      this.#leads.add(lead);
      return lead;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.#leads].map((lead) => lead.resign()));
  }

  #lead(loop: string, term: bigint, askedAt: number, client: pg.Client, gone: AbortController): Lead {
    const { leaseMilliseconds } = this.settings;
    let aliveAt = askedAt;
    // If a sign of life cannot be given, the connection's own events say so.
    const beat = (): void => {
      const sentAt = performance.now();
      client.query('SELECT 1').then(
        () => (aliveAt = sentAt),
        () => undefined,
      );
    };
    const heart = setInterval(beat, leaseMilliseconds / 4).unref();
    gone.signal.addEventListener('abort', () => clearInterval(heart), { once: true });
    const lead: Lead = {
      loop,
      term,
      signal: gone.signal,
      fence: async (tx) => {
        const held = await tx.query<unknown[]>('SELECT 1 FROM leadership WHERE loop = $1 AND term = $2 FOR SHARE', [loop, term]);
        if (gone.signal.aborted || held.length === 0) throw new LeadershipLost(loop);
      },
      requireTerm: () => {
        if (gone.signal.aborted || performance.now() - aliveAt >= leaseMilliseconds) throw new LeadershipLost(loop);
      },
      resign: async () => {
        this.#leads.delete(lead);
        gone.abort();
        await client.end().catch(() => undefined);
      },
    };
    return lead;
  }

  /** A connection of its own: a pooled one could be handed to somebody else with the lock on it. */
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
