import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { type Instant, instantOf } from '#kernel';
import {
  type AccountCode,
  type AccountLine,
  accounts,
  type JobCharge,
  JournalService,
  LedgerService,
  LedgerPeriodsService,
  type OrderedPageRequest,
  type Page,
} from '#ledger';
import { type GrantEvent, grantEvents } from './grant-events.ts';
import { remainders } from './grant.queries.ts';
import { type GrantStatus, grantStatus } from './domain/grant-status.ts';
import type { Grant } from './grant.ts';

/** What a grant has: not yet spent, and set aside for jobs that run. */
export interface GrantPosition {
  readonly grant: Grant;
  readonly available: bigint;
  readonly held: bigint;
  readonly status: GrantStatus;
}

/** A grant with what it has paid. */
export interface GrantOutlook extends GrantPosition {
  /** Paid for jobs in all, corrections counted in. */
  readonly spent: bigint;
}

export interface GrantSheet extends GrantOutlook {
  /** Promised in all: opened and increased. */
  readonly promised: bigint;
  readonly events: readonly GrantEvent[];
}

const FAR: Instant = 253_402_300_799;

const sidesOf = ({ id }: Grant): AccountCode[] => [accounts.grantAvailable(id), accounts.grantHeld(id)];

/** Grants as people look at them: what is left, what was paid, and everything that touched them. */
@Injectable()
export class GrantSheetsService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly journal: JournalService,
    private readonly periods: LedgerPeriodsService,
  ) {}

  async positions(tx: Tx, grants: readonly Grant[], at: Instant): Promise<GrantPosition[]> {
    const balances = await this.ledger.balances(tx, grants.flatMap(sidesOf));
    return grants.map((grant) => {
      const available = balances.get(accounts.grantAvailable(grant.id)) ?? 0n;
      const held = balances.get(accounts.grantHeld(grant.id)) ?? 0n;
      return { grant, available, held, status: grantStatus({ ...grant, left: available + held }, at) };
    });
  }

  /**
   * Grants with what they have paid, in a constant number of queries. What was paid is what came in and did not go back, less what is left:
   * nothing of the past is read.
   */
  async outlooks(tx: Tx, grants: readonly Grant[], at: Instant): Promise<GrantOutlook[]> {
    const positions = await this.positions(tx, grants, at);
    const kept = await remainders(
      tx,
      grants.map(({ id }) => id),
    );
    return positions.map((position) => {
      const left = position.available + position.held;
      return { ...position, spent: (kept.get(position.grant.id) ?? 0n) - left };
    });
  }

  async sheet(tx: Tx, grant: Grant, at: Instant): Promise<GrantSheet> {
    const [outlook] = (await this.outlooks(tx, [grant], at)) as [GrantOutlook];
    const events = await grantEvents(tx, grant.id);
    const promised = events
      .filter(({ kind }) => kind === 'opened' || kind === 'increased')
      .reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
    return { ...outlook, promised, events };
  }

  /** What each job drew from the grant, by job. */
  async jobs(tx: Tx, grant: Grant): Promise<JobCharge[]> {
    const selection = { tenantId: grant.tenantId, codes: sidesOf(grant) };
    return await this.periods.chargesByJob(tx, selection, { from: instantOf(grant.validFrom), until: FAR });
  }

  /** The ledger's sheet of one side of the grant, with its running balance. */
  async entries(tx: Tx, grant: Grant, side: 'available' | 'held', page: OrderedPageRequest): Promise<Page<AccountLine>> {
    const code = side === 'held' ? accounts.grantHeld(grant.id) : accounts.grantAvailable(grant.id);
    return await this.journal.ofAccount(tx, { code, unit: grant.unit }, { from: 0, until: FAR }, page);
  }
}
