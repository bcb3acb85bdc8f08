import { compareBytes, type Fen, type GpuSeconds, invariant, type Month, type Unit } from '#kernel';
import type { JobCorrection } from '#ledger';
import { onTheWire, type OnTheWire } from './on-the-wire.ts';
import { type Statement, sourceOf } from './statement.ts';

/** The shape of the documents that are made now. Documents without `format` were closed in the shape before it, and keep it. */
export const DOCUMENT_FORMAT = 2;

/** What people call the things that a statement names by their ids. */
export interface StatementNames {
  readonly company: string;
  readonly creditCode: string;
  /** Names that the company had in the month and has no more; the last one first. */
  readonly formerCompanyNames: readonly string[];
  /** By the id of the job. */
  readonly jobs: Readonly<Record<string, string>>;
  /** By the id of the grant, as all that follow. */
  readonly grants: Readonly<Record<string, string>>;
  /** The name of the programme of each grant. */
  readonly programmes: Readonly<Record<string, string>>;
  /** Names that the programme of a grant had in the month and has no more, where there are any; the last one first. */
  readonly formerProgrammeNames: Readonly<Record<string, readonly string[]>>;
  /** References of the documents in which the funder gave what the grant is of, where there are any; the first one first. */
  readonly documents: Readonly<Record<string, readonly string[]>>;
}

/** What corrections, refunds and late usage of one kind changed of one job at one source; the statement counts it in. */
export interface StatementCorrection {
  readonly jobId: string;
  readonly kind: string;
  readonly source: string;
  readonly unit: Unit;
  /** Paid by the source: negative where it was given back. */
  readonly amount: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  /** The month that it belongs to: a closed one before, or that of the statement. */
  readonly belongsTo: Month;
}

type Figures = OnTheWire<Statement>;

/** A statement as it was closed before documents had a format: without corrections and names. */
export type FirstStatementDocument = Figures & { format?: undefined };

/** A statement as it is exported and frozen, with what its ids are called when it is closed (rules T1–T3). */
export type NamedStatementDocument = Figures & {
  format: typeof DOCUMENT_FORMAT;
  corrections: OnTheWire<StatementCorrection>[];
  names: OnTheWire<StatementNames>;
};

export type StatementDocument = FirstStatementDocument | NamedStatementDocument;

/** Corrections by source: both sides of a grant or wallet are one source. */
export function statementCorrections(month: Month, corrections: readonly JobCorrection[]): StatementCorrection[] {
  const merged = new Map<string, StatementCorrection>();
  for (const { jobId, kind, account, unit, amount, gpuSeconds, listFen, belongsTo = month } of corrections) {
    const source = sourceOf(account);
    const key = [jobId, belongsTo, kind, source, unit].join(' ');
    const known = merged.get(key);
    merged.set(key, {
      ...{ jobId, kind, source, unit, belongsTo },
      amount: (known?.amount ?? 0n) + amount,
      gpuSeconds: (known?.gpuSeconds ?? 0n) + gpuSeconds,
      listFen: (known?.listFen ?? 0n) + listFen,
    });
  }
  return [...merged].sort(([a], [b]) => compareBytes(a, b)).map(([, correction]) => correction);
}

/** The document of a statement. @param names of everything that it names by an id */
export function documentOf(
  statement: Statement,
  corrections: readonly StatementCorrection[],
  names: StatementNames,
): NamedStatementDocument {
  invariant(names.company !== '', 'a statement names its company');
  return onTheWire({ ...statement, format: DOCUMENT_FORMAT, corrections, names });
}
