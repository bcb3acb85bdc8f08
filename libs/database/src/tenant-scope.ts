import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { NoConnection } from './connection-loss.ts';
import type { Tx } from './transactions.ts';

/** The role of work for the park: it may not update or delete ledger entries, nor own a table. */
export const APPLICATION_ROLE = 'speedspace_app';
/**
 * The role of work for one tenant: sees the rows of the tenant that the setting `speedspace.tenant` names, without one none. It has no
 * rights on accounts, sessions and tokens of people or on the park's budgets, and cannot post to the ledger. It is no member of the
 * application's role.
 */
export const TENANT_ROLE = 'speedspace_tenant';

const tenantInScope = new AsyncLocalStorage<string>();

/**
 * Runs `work` in the scope of a tenant: in every transaction that it opens, PostgreSQL shows the rows of `tenantId` only. The scope is
 * ambient on purpose: a use case that had to pass it on could forget it.
 */
export function inTenantScope<T>(tenantId: string, work: () => T): T {
  return tenantInScope.run(tenantId, work);
}

/**
 * Lets `work` read the rows of all tenants within `tx`, for facts about all of them, such as the length of the queue. What it returns
 * must reveal nothing about a single tenant.
 */
export async function acrossTenants<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  if (tenantInScope.getStore() === undefined) return await work();
  await tx.query(`SELECT set_config('role', $1, true)`, [APPLICATION_ROLE]);
  try {
    return await work();
  } finally {
    await tx.query(`SELECT set_config('role', $1, true)`, [TENANT_ROLE]);
  }
}

/** How TypeORM begins and ends a transaction. */
const [BEGIN, COMMIT, ROLLBACK] = ['START TRANSACTION', 'COMMIT', 'ROLLBACK'] as const;

type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, release: (error?: Error | boolean) => void) => void;

/**
 * A pool whose connections enter the scope of whoever takes them, at the moment they are taken. A connection begins with the tenant's
 * role and no tenant (see `connectionOptions`), which is also what RESET ROLE returns to.
 */
export class TenantScopedPool extends pg.Pool {
  readonly #scopes = new WeakMap<pg.PoolClient, string>();

  constructor(config?: pg.PoolConfig) {
    super(config);
    // Whoever uses a connection learns of its death from its queries. Just before and after, nobody listens to it, and an error
    // that nobody hears would end the process.
    this.on('connect', (client) => client.on('error', () => undefined));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    const connecting = super
      .connect()
      .then((client) => this.#enter(client))
      .catch((error: unknown) => {
        throw new NoConnection(error);
      });
    if (callback === undefined) return connecting;
    connecting.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error: unknown) => callback(error as Error, undefined, () => undefined),
    );
    return undefined;
  }

  /**
   * Lets whoever takes the connection work in their scope, whichever query comes first. Most often one begins a transaction: the scope
   * is then set for that transaction alone, in the message that begins it, and ends with it. The first statement of the transaction is
   * sent with that message; where it could not begin, that statement fails with the reason. For any other query the connection enters
   * the scope first, and stays in it.
   */
  #enter(client: pg.PoolClient): pg.PoolClient {
    const tenantId = tenantInScope.getStore() ?? '';
    Reflect.deleteProperty(client, 'query');
    if (this.#scopes.get(client) === tenantId) return client;
    const role = tenantId === '' ? APPLICATION_ROLE : TENANT_ROLE;
    const scope = (local: boolean): string =>
      `SELECT set_config('role', '${role}', ${local}), set_config('speedspace.tenant', ${pg.escapeLiteral(tenantId)}, ${local})`;
    const query = client.query.bind(client) as (...asked: unknown[]) => Promise<unknown>;
    let begun: Promise<unknown> | undefined;
    const first = async (...asked: unknown[]): Promise<unknown> => {
      // With its isolation level, where it has one.
      if (typeof asked[0] === 'string' && asked[0].startsWith(BEGIN)) {
        begun = query(`${asked[0]}; ${scope(true)}`);
        // Whoever asks next hears of it.
        begun.catch(() => undefined);
        return undefined;
      }
      if (begun !== undefined) {
        const begins = begun;
        if (asked[0] === COMMIT || asked[0] === ROLLBACK) begun = undefined;
        const answer = query(...asked);
        const [, answered] = await Promise.all([begins, answer]);
        return answered;
      }
      // In doubt from here on: if it fails, the next query enters the scope again.
      this.#scopes.delete(client);
      await query(scope(false));
      this.#scopes.set(client, tenantId);
      return await query(...asked);
    };
    Object.defineProperty(client, 'query', { value: first, configurable: true, writable: true });
    return client;
  }
}
