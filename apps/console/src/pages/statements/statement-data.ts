import type { operations } from '#api-client';

export type Statement = operations['statements.statement']['responses'][200]['content']['application/json'];
export type StatementDocument = Statement['document'];
export type JobLine = StatementDocument['jobs'][number];
type Share = JobLine['shares'][number];

/** A source of funds of a statement: a grant, the wallet, or the park, which writes off. */
interface Source {
  readonly source: string;
  readonly unit: Share['unit'];
}

const LATER: readonly string[] = ['wallet', 'absorbed'];

/** Grants come first, then the wallet, then what the park writes off. */
const rankOf = ({ source }: Source): number => LATER.indexOf(source) + 1;

/** The sources that paid for anything in the month. */
export function sourcesOf({ jobs }: StatementDocument): Source[] {
  const sources = new Map<string, Source>();
  for (const { shares } of jobs) for (const { source, unit } of shares) sources.set(source, { source, unit });
  return [...sources.values()].toSorted((left, right) => rankOf(left) - rankOf(right));
}

/** What `source` paid of a line, in its own unit; undefined where it paid nothing. */
export function paidBy({ shares }: JobLine, source: string): number | undefined {
  const own = shares.filter((share) => share.source === source);
  return own.length === 0 ? undefined : own.reduce((sum, { amount }) => sum + amount, 0);
}

/** What `source` paid of all lines, in its own unit. */
export function paidInAll({ jobs }: StatementDocument, source: string): number {
  return jobs.reduce((sum, line) => sum + (paidBy(line, source) ?? 0), 0);
}

/** The name of a grant, by an account or source such as `grant:grant_01m8`. */
export function grantName(names: Statement['names'], source: string): string | undefined {
  return source.startsWith('grant:') ? names.grants[source.slice('grant:'.length)] : undefined;
}
