import { Injectable } from '@nestjs/common';
import { AuditService, systemActor } from '#audit';
import type { Tx } from '#database';
import { BusinessCalendar, type Instant, instantOf, toDate } from '#kernel';
import { accounts, type JournalEntry, LedgerService, transfer } from '#ledger';
import { lockTenants } from '#tenancy';
import { type NewGrantEvent, recordGrantEvents } from './grant-events.ts';
import {
  carryOverTo,
  endGrantsOfGraduates,
  type ExpiredGrant,
  graduatesWithGrants,
  grantsToLapse,
  lockExpiredGrants,
  markLapsed,
  tenantsWithLapses,
} from './lapse.queries.ts';

/** What of a grant went back to its programme. */
export interface Lapse {
  readonly grantId: string;
  readonly amount: bigint;
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
    private readonly calendar: BusinessCalendar,
  ) {}

  /** Tenants with something for `lapseDue` to do at `at`. */
  async tenantsDue(tx: Tx, at: Instant): Promise<string[]> {
    return await tenantsWithLapses(tx, at);
  }

  /**
   * Handles every grant whose end has come by `at`, in a constant number of statements but for what is carried over. An end that
   * lies in a month closed meanwhile lapses at `at` and names that month (rule T3).
   * @param tenantIds only their grants; absent: all
   * @returns what lapsed, by grant id; nothing for a grant that had nothing left
   */
  async lapseDue(tx: Tx, at: Instant, tenantIds?: readonly string[]): Promise<Lapse[]> {
    await this.#endOfGraduates(tx, at, tenantIds);
    const due = await grantsToLapse(tx, at, tenantIds);
    if (due.length === 0) return [];
    await lockTenants(
      tx,
      due.map((grant) => grant.tenantId),
    );
    const expired = await lockExpiredGrants(
      tx,
      due.map(({ id }) => id),
      at,
    );
    const isCarried = (grant: ExpiredGrant): boolean => grant.carriesOver && !grant.lapsed && grant.available + grant.held > 0n;
    await this.#carryOver(tx, expired.filter(isCarried), at);
    return await this.#lapse(
      tx,
      expired.filter((grant) => !isCarried(grant)),
      at,
    );
  }

  async #lapse(tx: Tx, grants: readonly ExpiredGrant[], at: Instant): Promise<Lapse[]> {
    const lapsing = grants.filter(({ available }) => available > 0n);
    const entries = lapsing.map((grant) => lapseEntry(grant, at));
    await this.ledger.postIntoOpenMonths(tx, entries, this.calendar, at);
    await markLapsed(
      tx,
      grants.map(({ id }) => id),
    );
    const events = lapsing.map((grant): NewGrantEvent => ({
      grantId: grant.id,
      tenantId: grant.tenantId,
      kind: 'lapsed',
      amount: grant.available,
    }));
    await recordGrantEvents(tx, ACTOR, at, events);
    return lapsing.map(({ id, available }) => ({ grantId: id, amount: available }));
  }

  async #carryOver(tx: Tx, grants: readonly ExpiredGrant[], at: Instant): Promise<void> {
    if (grants.length === 0) return;
    const carried = grants.map((grant) => ({
      ...{ id: grant.id, tenantId: grant.tenantId, amount: grant.available + grant.held, endedAt: grant.validUntil },
      validUntil: toDate(2 * instantOf(grant.validUntil) - instantOf(grant.validFrom)),
    }));
    await carryOverTo(tx, carried);
    const events = carried.map(({ id, tenantId, amount, validUntil }): NewGrantEvent => ({
      ...{ grantId: id, tenantId, kind: 'carried-over', amount, validUntil },
    }));
    await recordGrantEvents(tx, ACTOR, at, events);
    for (const { id, tenantId, endedAt, validUntil } of carried) {
      const change = { before: { validUntil: endedAt }, after: { validUntil } };
      await this.audit.record(tx, {
        ...{ actor: ACTOR, action: 'grant.carried-over', objectType: 'grant', objectId: id, tenantId },
        ...change,
      });
    }
  }

  /** A grant that had not begun when its company graduated ends a second after its beginning, unusable in between. */
  async #endOfGraduates(tx: Tx, at: Instant, only: readonly string[] | undefined): Promise<void> {
    const leaving = await graduatesWithGrants(tx, at, only);
    if (leaving.length === 0) return;
    await lockTenants(tx, leaving);
    const ended = await endGrantsOfGraduates(tx, leaving);
    const events = ended.map(({ id, tenantId, validUntil }): NewGrantEvent => ({
      ...{ grantId: id, tenantId, kind: 'ended', validUntil, reason: 'the company graduated' },
    }));
    await recordGrantEvents(tx, ACTOR, at, events);
  }
}

function lapseEntry(grant: ExpiredGrant, at: Instant): JournalEntry {
  const { unit, id, tenantId, available: amount } = grant;
  const postings = [
    ...transfer({ from: accounts.grantAvailable(id), to: accounts.lapsed, unit, amount }),
    ...transfer({ from: accounts.lapsed, to: accounts.programmeBudget(grant.programmeId), unit, amount }),
  ];
  // The first lapse takes effect at the expiry itself, however late it is posted.
  const effectiveAt = grant.lapsed ? at : instantOf(grant.validUntil);
  return { key: `grant:${id}:lapsed:${grant.changes + 1}`, kind: 'grant.lapsed', effectiveAt, tenantId, postings };
}
