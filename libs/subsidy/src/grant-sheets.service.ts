import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { type Instant, instantOf } from '#kernel';
import { type AccountLine, type AccountMovements, accounts, type JobCharge, Journal, Ledger, LedgerPeriods, type Page } from '#ledger';
import { burnWindow, type Runway, runway } from './domain/runway.ts';
import { type GrantEvent, grantEvents } from './grant-events.ts';
import type { Grant } from './grants.service.ts';

/** What a grant has: not yet spent, and set aside for jobs that run. */
export interface GrantPosition {
  readonly grant: Grant;
  readonly available: bigint;
  readonly held: bigint;
}

export interface GrantSheet extends GrantPosition {
  /** Promised in all: opened and increased. */
  readonly promised: bigint;
  /** Paid for jobs in all, corrections counted in. */
  readonly spent: bigint;
  readonly runway: Runway;
  readonly events: readonly GrantEvent[];
}

const FAR: Instant = 253_402_300_799;

/** What the accounts moved for usage, as a positive amount. */
export function spentOf(movements: readonly AccountMovements[]): bigint {
  return movements
    .flatMap((account) => account.movements)
    .filter(({ kind }) => kind === 'usage.metered' || kind === 'usage.corrected')
    .reduce((sum, { amount }) => sum - amount, 0n);
}

/** Grants as people look at them: what is left, for how long, and everything that touched them. */
@Injectable()
export class GrantSheets {
  constructor(
    private readonly ledger: Ledger,
    private readonly journal: Journal,
    private readonly periods: LedgerPeriods,
  ) {}

  async positions(tx: Tx, grants: readonly Grant[]): Promise<GrantPosition[]> {
    const codes = grants.flatMap(({ id }) => [accounts.grantAvailable(id), accounts.grantHeld(id)]);
    const balances = await this.ledger.balances(tx, codes);
    return grants.map((grant) => ({
      grant,
      available: balances.get(accounts.grantAvailable(grant.id)) ?? 0n,
      held: balances.get(accounts.grantHeld(grant.id)) ?? 0n,
    }));
  }

  async sheet(tx: Tx, grant: Grant, at: Instant): Promise<GrantSheet> {
    const [position] = (await this.positions(tx, [grant])) as [GrantPosition];
    const codes = [accounts.grantAvailable(grant.id), accounts.grantHeld(grant.id)];
    const events = await grantEvents(tx, grant.id);
    const promised = events
      .filter(({ kind }) => kind === 'opened' || kind === 'increased')
      .reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
    const window = burnWindow(instantOf(grant.validFrom), at);
    const burnt = spentOf(await this.periods.movements(tx, { codes }, window));
    const spent = spentOf(await this.periods.movements(tx, { codes }, { from: 0, until: FAR }));
    return { ...position, promised, spent, runway: runway(position.available + position.held, burnt, window), events };
  }

  /** What each job drew from the grant, by job. */
  async jobs(tx: Tx, grant: Grant): Promise<JobCharge[]> {
    const own = new Set<string>([accounts.grantAvailable(grant.id), accounts.grantHeld(grant.id)]);
    const charges = await this.periods.chargesByJob(tx, { tenantId: grant.tenantId }, { from: 0, until: FAR });
    return charges.filter(({ account }) => own.has(account));
  }

  /** The ledger's sheet of one side of the grant, with its running balance. */
  async entries(tx: Tx, grant: Grant, side: 'available' | 'held', page: { cursor?: string; limit: number }): Promise<Page<AccountLine>> {
    const code = side === 'held' ? accounts.grantHeld(grant.id) : accounts.grantAvailable(grant.id);
    return await this.journal.ofAccount(tx, { code, unit: grant.unit }, { from: 0, until: FAR }, page);
  }
}
