import { compareBytes, type Fen, type Month } from '#kernel';
import { onTheWire, type OnTheWire } from './on-the-wire.ts';
import { DOCUMENT_FORMAT } from './statement-document.ts';
import { mergeShares, type SourceShare, totalsOf, type UsageTotals } from './statement.ts';

/** What a programme paid for one tenant in a month. */
export interface SettlementLine {
  readonly tenantId: string;
  readonly shares: readonly SourceShare[];
  readonly totals: UsageTotals;
}

/** What people call a company at the closing of a month. */
export interface CompanyNames {
  readonly companyName: string;
  readonly creditCode: string;
  /** Names that it had in the month and has no more; the last one first. */
  readonly formerCompanyNames: readonly string[];
}

/** The programme of a settlement list, as people call it at the closing of the month. */
export interface SettlementProgramme {
  readonly code: string;
  readonly name: string;
  readonly funder: string;
  readonly formerNames: readonly string[];
  /** References of the documents of the funder. */
  readonly documents: readonly string[];
}

/** What a programme paid in a month, per company (兑付清单, rule T4). */
export interface Settlement {
  readonly format: typeof DOCUMENT_FORMAT;
  readonly programmeId: string;
  readonly month: Month;
  readonly programme: SettlementProgramme;
  readonly lines: readonly (SettlementLine & CompanyNames)[];
  readonly totals: UsageTotals;
}

/** A settlement list as it is exported and frozen. */
export type SettlementDocument = OnTheWire<Settlement>;

/** What a grant paid for usage in a month. */
export interface GrantUsage extends SourceShare {
  readonly tenantId: string;
  /** List cost that the tenant paid itself beside it (rule F2). */
  readonly besideListFen: Fen;
}

/**
 * What the grants of one programme paid per tenant, and the list cost of the seconds that they took, with the part that the tenants paid
 * themselves beside them (rules T4, F2).
 */
export function settlementLines(paid: readonly GrantUsage[]): SettlementLine[] {
  return [...Map.groupBy(paid, ({ tenantId }) => tenantId)]
    .map(([tenantId, parts]) => {
      const shares = mergeShares(parts.map(({ tenantId: _tenant, besideListFen: _beside, ...share }) => share));
      const paidByGrants = totalsOf(shares);
      const selfPaidFen = parts.reduce((sum, { besideListFen }) => sum + besideListFen, 0n);
      return { tenantId, shares, totals: { ...paidByGrants, selfPaidFen, listFen: paidByGrants.listFen + selfPaidFen } };
    })
    .sort((a, b) => compareBytes(a.tenantId, b.tenantId));
}

/** Sums over lines. */
export function settlementTotals(lines: readonly SettlementLine[]): UsageTotals {
  const sum = (of: (totals: UsageTotals) => bigint) => lines.reduce((total, line) => total + of(line.totals), 0n);
  return {
    gpuSeconds: sum(({ gpuSeconds }) => gpuSeconds),
    listFen: sum(({ listFen }) => listFen),
    subsidyFen: sum(({ subsidyFen }) => subsidyFen),
    selfPaidFen: sum(({ selfPaidFen }) => selfPaidFen),
    absorbedFen: sum(({ absorbedFen }) => absorbedFen),
  };
}

/** The document of a settlement list. */
export function settlementDocument(
  programmeId: string,
  month: Month,
  programme: SettlementProgramme,
  lines: readonly (SettlementLine & CompanyNames)[],
): SettlementDocument {
  return onTheWire({ format: DOCUMENT_FORMAT, programmeId, month, programme, lines, totals: settlementTotals(lines) });
}
