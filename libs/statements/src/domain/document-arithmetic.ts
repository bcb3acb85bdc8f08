import type { SettlementDocument } from './settlement.ts';
import type { StatementDocument } from './statement-document.ts';

/** A figure of a document that does not follow from the others. */
export interface ArithmeticFault {
  /** JSON pointer into the document. */
  readonly field: string;
  /** What the other figures make of it. */
  readonly expected: number;
  readonly found: number;
  /** The rule, in a few words. */
  readonly rule: string;
}

type Totals = StatementDocument['totals'];
type Share = StatementDocument['jobs'][number]['shares'][number];

const FIGURES = ['gpuSeconds', 'listFen', 'subsidyFen', 'selfPaidFen', 'absorbedFen'] as const;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function differing(field: string, expected: number, found: number, rule: string): ArithmeticFault[] {
  return expected === found ? [] : [{ field, expected, found, rule }];
}

function differingTotals(field: string, expected: Totals, found: Totals, rule: string): ArithmeticFault[] {
  return FIGURES.flatMap((figure) => differing(`${field}/${figure}`, expected[figure], found[figure], rule));
}

function totalsOfShares(shares: readonly Share[]): Totals {
  const listOf = (is: (source: string) => boolean): number => sum(shares.filter(({ source }) => is(source)).map(({ listFen }) => listFen));
  return {
    gpuSeconds: sum(shares.map(({ gpuSeconds }) => gpuSeconds)),
    listFen: sum(shares.map(({ listFen }) => listFen)),
    subsidyFen: listOf((source) => source !== 'wallet' && source !== 'absorbed'),
    selfPaidFen: listOf((source) => source === 'wallet'),
    absorbedFen: listOf((source) => source === 'absorbed'),
  };
}

function sumOfTotals(totals: readonly Totals[]): Totals {
  const of = (figure: keyof Totals): number => sum(totals.map((one) => one[figure]));
  return {
    gpuSeconds: of('gpuSeconds'),
    listFen: of('listFen'),
    subsidyFen: of('subsidyFen'),
    selfPaidFen: of('selfPaidFen'),
    absorbedFen: of('absorbedFen'),
  };
}

/**
 * The figures of a statement that do not follow from the others (rule T2): opening and movements make the closing of each account; the
 * shares of a job make its totals; the jobs make the total; and what the jobs took from an account is what its usage moved.
 */
export function statementFaults({ accounts, jobs, totals }: StatementDocument): ArithmeticFault[] {
  const shares = jobs.flatMap((job) => job.shares);
  return [
    ...accounts.flatMap(({ account, unit, opening, movements, closing }, index) => {
      const moved = sum(movements.map(({ amount }) => amount));
      const used = -sum(movements.filter(({ kind }) => kind.startsWith('usage.')).map(({ amount }) => amount));
      const taken = sum(shares.filter((share) => share.source === account && share.unit === unit).map(({ amount }) => amount));
      return [
        ...differing(`/accounts/${index}/closing`, opening + moved, closing, 'opening and movements make the closing'),
        ...differing(`/accounts/${index}/movements`, taken, used, 'the jobs take from the account what its usage moves'),
      ];
    }),
    ...jobs.flatMap((job, index) =>
      differingTotals(`/jobs/${index}/totals`, totalsOfShares(job.shares), job.totals, 'the shares make the totals of the job'),
    ),
    ...differingTotals('/totals', sumOfTotals(jobs.map((job) => job.totals)), totals, 'the jobs make the total'),
  ];
}

/** Accounts of a statement that do not open as the statement of the month before closed (rule T2). */
export function chainFaults(before: StatementDocument, { accounts }: StatementDocument): ArithmeticFault[] {
  const closings = new Map(before.accounts.map(({ account, unit, closing }) => [`${account} ${unit}`, closing]));
  return accounts.flatMap(({ account, unit, opening }, index) =>
    differing(
      `/accounts/${index}/opening`,
      closings.get(`${account} ${unit}`) ?? 0,
      opening,
      'the closing of the month before is the opening',
    ),
  );
}

/** The figures of a settlement list that do not follow from the others (rule T4). */
export function settlementFaults({ lines, totals }: SettlementDocument): ArithmeticFault[] {
  return [
    ...lines.flatMap((line, index) => {
      const paid = totalsOfShares(line.shares);
      const expected = { ...paid, selfPaidFen: line.totals.selfPaidFen, listFen: paid.listFen + line.totals.selfPaidFen };
      return differingTotals(
        `/lines/${index}/totals`,
        expected,
        line.totals,
        'the shares and the self-paid part make the totals of the line',
      );
    }),
    ...differingTotals('/totals', sumOfTotals(lines.map((line) => line.totals)), totals, 'the lines make the total'),
  ];
}

/** Lines of a settlement list that differ from the statements of the same month, by company (rules T2, T4). */
export function settledFaults({ lines }: SettlementDocument, statements: ReadonlyMap<string, StatementDocument>): ArithmeticFault[] {
  return lines.flatMap(({ tenantId, shares }, line) => {
    const stated = statements.get(tenantId)?.jobs.flatMap((job) => job.shares);
    if (stated === undefined) return [];
    return shares.flatMap(({ source, unit, amount }, share) => {
      const paid = sum(stated.filter((one) => one.source === source && one.unit === unit).map((one) => one.amount));
      return differing(`/lines/${line}/shares/${share}/amount`, paid, amount, "the company's statement says what the grant paid");
    });
  });
}
