import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { Instant, Unit } from '#kernel';
import { accounts, LedgerPeriods, type Period } from '#ledger';
import { type ConcurrencyLimit, ConcurrencyLimits } from './concurrency-limits.service.ts';
import { type Grant, Grants } from './grants.service.ts';
import { type GrantPosition, GrantSheets, spentOf } from './grant-sheets.service.ts';
import { Programmes } from './programmes.service.ts';

/** How far a company has used the caps of a programme (rule F4). */
export interface CapUse {
  readonly programmeId: string;
  readonly programmeName: string;
  readonly unit: Unit;
  readonly capPerTenant: bigint | null;
  readonly paid: bigint;
  readonly monthlyCapPerTenant: bigint | null;
  readonly paidThisMonth: bigint;
}

/** What a company may use: its grants with holds, the caps on them, and how many GPUs at once. */
export interface Quota {
  /** Grants that are not over, and those that still hold something. */
  readonly grants: readonly GrantPosition[];
  /** Of the programmes that cap anything. */
  readonly caps: readonly CapUse[];
  readonly concurrency: readonly ConcurrencyLimit[];
}

/** The quota view of a company. */
@Injectable()
export class Quotas {
  constructor(
    private readonly programmes: Programmes,
    private readonly grants: Grants,
    private readonly sheets: GrantSheets,
    private readonly limits: ConcurrencyLimits,
    private readonly periods: LedgerPeriods,
  ) {}

  /** @param month the business month of `at` */
  async of(tx: Tx, tenantId: string, month: Period, at: Instant): Promise<Quota> {
    const all = await this.grants.list(tx, tenantId);
    const positions = await this.sheets.positions(tx, all);
    return {
      grants: positions.filter(({ grant, held }) => grant.validUntil.getTime() > at * 1000 || held > 0n),
      caps: await this.#caps(tx, all, month),
      concurrency: await this.limits.list(tx, [tenantId]),
    };
  }

  async #caps(tx: Tx, grants: readonly Grant[], month: Period): Promise<CapUse[]> {
    const caps: CapUse[] = [];
    for (const [programmeId, own] of Map.groupBy(grants, (grant) => grant.programmeId)) {
      const { name, unit, capPerTenant, monthlyCapPerTenant } = await this.programmes.get(tx, programmeId);
      if (capPerTenant === null && monthlyCapPerTenant === null) continue;
      const codes = own.flatMap(({ id }) => [accounts.grantAvailable(id), accounts.grantHeld(id)]);
      const paid = spentOf(await this.periods.movements(tx, { codes }, { from: 0, until: month.until }));
      const paidThisMonth = spentOf(await this.periods.movements(tx, { codes }, month));
      caps.push({ programmeId, programmeName: name, unit, capPerTenant, paid, monthlyCapPerTenant, paidThisMonth });
    }
    return caps;
  }
}
