import { Injectable } from '@nestjs/common';
import { AuditService, systemActor } from '#audit';
import type { Tx } from '#database';
import { type Instant, instantOf, type Month, toDate, type Unit } from '#kernel';
import { accounts, type JournalEntry, LedgerService, transfer } from '#ledger';
import { lockTenants } from '#tenancy';
import { type NewGrantEvent, recordGrantEvents } from './grant-events.ts';

/** What of a grant went back to its programme. */
export interface Lapse {
  readonly grantId: string;
  readonly amount: bigint;
}

interface Expired {
  readonly id: string;
  readonly tenantId: string;
  readonly programmeId: string;
  readonly unit: Unit;
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** Its expiry was handled: what is there now came back later. */
  readonly lapsed: boolean;
  /** The closed month that the end lies in, where the loop came too late for it. */
  readonly closedMonth: Month | null;
  readonly changes: number;
  readonly carriesOver: boolean;
  readonly available: bigint;
  readonly held: bigint;
}

const ACTOR = systemActor('controller');

/**
 * The end of a grant (rule F8). At `validUntil` what is available goes back to the programme by way of `lapsed`, by an entry on
 * that instant; what comes back later, from a hold or a correction, lapses by an entry on the instant it is found.
 *
 * Carry-over: where the programme allows it, a grant that still has something available or held at its end is prolonged instead,
 * once, by its own length (validUntil − validFrom), whatever the end of its programme; nothing moves. At the new end it lapses.
 *
 * Graduation: a grant of a company that has graduated ends when the company did, and is not carried over.
 */
@Injectable()
export class LapsesService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly audit: AuditService,
  ) {}

  /** Tenants with something for `lapseDue` to do at `at`. */
  async tenantsDue(tx: Tx, at: Instant): Promise<string[]> {
    const due = await tx.query<{ tenantId: string }[]>(
      `SELECT DISTINCT g.tenant_id AS "tenantId" FROM subsidy_grant g JOIN company c ON c.id = g.tenant_id
         JOIN ledger_account a ON a.code = 'grant:' || g.id || ':available'
        WHERE (g.valid_until <= $1 AND (NOT g.lapsed OR a.balance > 0))
           OR (c.status = 'graduated' AND NOT g.lapsed AND g.valid_until > greatest($1, date_trunc('second', c.status_since)))
        ORDER BY 1`,
      [toDate(at)],
    );
    return due.map(({ tenantId }) => tenantId);
  }

  /**
   * Handles every grant whose end has come by `at`, in a constant number of statements but for what is carried over. An end that
   * lies in a month closed meanwhile lapses at `at` and names that month (rule T3).
   * @param tenantIds only their grants; absent: all
   * @returns what lapsed, by grant id; nothing for a grant that had nothing left
   */
  async lapseDue(tx: Tx, at: Instant, tenantIds?: readonly string[]): Promise<Lapse[]> {
    await this.#endOfGraduates(tx, at, tenantIds);
    const due = await tx.query<{ id: string; tenantId: string }[]>(
      `SELECT g.id, g.tenant_id AS "tenantId" FROM subsidy_grant g JOIN ledger_account a ON a.code = 'grant:' || g.id || ':available'
        WHERE g.valid_until <= $1 AND (NOT g.lapsed OR a.balance > 0) AND ($2::text[] IS NULL OR g.tenant_id = ANY ($2))`,
      [toDate(at), tenantIds ?? null],
    );
    if (due.length === 0) return [];
    await lockTenants(
      tx,
      due.map((grant) => grant.tenantId),
    );
    const expired = await this.#expired(
      tx,
      due.map(({ id }) => id),
      at,
    );
    const isCarried = (grant: Expired): boolean => grant.carriesOver && !grant.lapsed && grant.available + grant.held > 0n;
    await this.#carryOver(tx, expired.filter(isCarried), at);
    return await this.#lapse(
      tx,
      expired.filter((grant) => !isCarried(grant)),
      at,
    );
  }

  async #expired(tx: Tx, ids: readonly string[], at: Instant): Promise<Expired[]> {
    return await tx.query<Expired[]>(
      `SELECT g.id, g.tenant_id AS "tenantId", g.programme_id AS "programmeId", g.unit, g.valid_from AS "validFrom",
              g.valid_until AS "validUntil", g.lapsed, g.changes,
              p.carry_over AND NOT g.carried_over AND c.status <> 'graduated' AS "carriesOver",
              available.balance AS available, held.balance AS held,
              -- The middle of a business month lies in the calendar month of its name, whatever the time zone.
              (SELECT to_char(starts_at + (ends_at - starts_at) / 2, 'YYYY-MM') FROM ledger_closed_period
                WHERE starts_at <= g.valid_until AND g.valid_until < ends_at) AS "closedMonth"
         FROM subsidy_grant g JOIN programme p ON p.id = g.programme_id JOIN company c ON c.id = g.tenant_id
         JOIN ledger_account available ON available.code = 'grant:' || g.id || ':available'
         JOIN ledger_account held ON held.code = 'grant:' || g.id || ':held'
        WHERE g.id = ANY ($1) AND g.valid_until <= $2 AND (NOT g.lapsed OR available.balance > 0)
        ORDER BY g.id COLLATE "C" FOR NO KEY UPDATE OF g`,
      [ids, toDate(at)],
    );
  }

  async #lapse(tx: Tx, grants: readonly Expired[], at: Instant): Promise<Lapse[]> {
    const lapsing = grants.filter(({ available }) => available > 0n);
    await this.ledger.post(
      tx,
      lapsing.map((grant) => lapseEntry(grant, at)),
    );
    await tx.query(`UPDATE subsidy_grant SET lapsed = true, changes = changes + 1 WHERE id = ANY ($1)`, [grants.map(({ id }) => id)]);
    const events = lapsing.map((grant): NewGrantEvent => ({
      grantId: grant.id,
      tenantId: grant.tenantId,
      kind: 'lapsed',
      amount: grant.available,
    }));
    await recordGrantEvents(tx, ACTOR, at, events);
    return lapsing.map(({ id, available }) => ({ grantId: id, amount: available }));
  }

  async #carryOver(tx: Tx, grants: readonly Expired[], at: Instant): Promise<void> {
    if (grants.length === 0) return;
    const ends = grants.map((grant) => toDate(2 * instantOf(grant.validUntil) - instantOf(grant.validFrom)));
    await tx.query(
      `UPDATE subsidy_grant g SET valid_until = carried.until, carried_over = true, changes = changes + 1
         FROM unnest($1::text[], $2::timestamptz[]) AS carried (id, until) WHERE g.id = carried.id`,
      [grants.map(({ id }) => id), ends],
    );
    const events = grants.map((grant, index): NewGrantEvent => ({
      ...{ grantId: grant.id, tenantId: grant.tenantId, kind: 'carried-over', amount: grant.available + grant.held },
      ...(ends[index] !== undefined && { validUntil: ends[index] }),
    }));
    await recordGrantEvents(tx, ACTOR, at, events);
    for (const [index, grant] of grants.entries()) {
      const change = { before: { validUntil: grant.validUntil }, after: { validUntil: ends[index] } };
      const about = { objectType: 'grant', objectId: grant.id, tenantId: grant.tenantId };
      await this.audit.record(tx, { actor: ACTOR, action: 'grant.carried-over', ...about, ...change });
    }
  }

  /** A grant that had not begun when its company graduated ends a second after its beginning, unusable in between. */
  async #endOfGraduates(tx: Tx, at: Instant, only: readonly string[] | undefined): Promise<void> {
    const leaving = await tx.query<{ tenantId: string }[]>(
      `SELECT DISTINCT g.tenant_id AS "tenantId" FROM subsidy_grant g JOIN company c ON c.id = g.tenant_id
        WHERE c.status = 'graduated' AND NOT g.lapsed AND g.valid_until > greatest($1, date_trunc('second', c.status_since))
          AND ($2::text[] IS NULL OR g.tenant_id = ANY ($2))`,
      [toDate(at), only ?? null],
    );
    if (leaving.length === 0) return;
    const tenantIds = leaving.map(({ tenantId }) => tenantId);
    await lockTenants(tx, tenantIds);
    const [ended] = await tx.query<[{ id: string; tenantId: string; validUntil: Date }[], number]>(
      `UPDATE subsidy_grant g SET changes = g.changes + 1,
              valid_until = greatest(date_trunc('second', c.status_since), g.valid_from + interval '1 second')
         FROM company c
        WHERE c.id = g.tenant_id AND c.status = 'graduated' AND c.id = ANY ($1) AND NOT g.lapsed
          AND g.valid_until > greatest(date_trunc('second', c.status_since), g.valid_from + interval '1 second')
        RETURNING g.id, g.tenant_id AS "tenantId", g.valid_until AS "validUntil"`,
      [tenantIds],
    );
    const events = ended.map(({ id, tenantId, validUntil }): NewGrantEvent => ({
      ...{ grantId: id, tenantId, kind: 'ended', validUntil, reason: 'the company graduated' },
    }));
    await recordGrantEvents(tx, ACTOR, at, events);
  }
}

function lapseEntry(grant: Expired, at: Instant): JournalEntry {
  const { unit, id, tenantId, available: amount } = grant;
  const postings = [
    ...transfer({ from: accounts.grantAvailable(id), to: accounts.lapsed, unit, amount }),
    ...transfer({ from: accounts.lapsed, to: accounts.programmeBudget(grant.programmeId), unit, amount }),
  ];
  // However late the loop came to it, the first lapse lies on the expiry itself, unless its month is closed.
  const late = grant.lapsed || grant.closedMonth !== null;
  const effectiveAt = late ? at : instantOf(grant.validUntil);
  const month = !grant.lapsed && grant.closedMonth !== null ? { belongsTo: grant.closedMonth } : {};
  return { key: `grant:${id}:lapsed:${grant.changes + 1}`, kind: 'grant.lapsed', effectiveAt, tenantId, ...month, postings };
}
