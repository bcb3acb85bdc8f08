import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';
import { z } from 'zod';
import { DomainError, formatAmount, formatInstant, UNITS } from '#kernel';
import { entryId, unknownEntry } from './domain/entry-id.ts';
import type { JournalEntry } from './domain/journal-entry.ts';

/** What a guard of the database adds to its error code, as JSON in the detail: amounts are text, instants and entries numbers. */
const factsSchema = z
  .object({
    key: z.string(),
    account: z.string(),
    unit: z.enum(UNITS),
    ...{ balance: z.string(), need: z.string(), CNY: z.string(), GPU_SECONDS: z.string() },
    ...{ first: z.int(), corrects: z.int(), at: z.int(), from: z.int(), until: z.int() },
  })
  .partial();
type Facts = z.infer<typeof factsSchema>;

function unbalanced(facts: Facts, field: string | undefined): DomainError {
  const sums = `${formatAmount('CNY', BigInt(facts.CNY ?? 0))} and ${formatAmount('GPU_SECONDS', BigInt(facts.GPU_SECONDS ?? 0))}`;
  return new DomainError('ledger.unbalanced', {
    ...(field !== undefined && { field }),
    detail: `The postings of entry "${facts.key}" sum to ${sums}, not to zero in each unit.`,
  });
}

function overdraft(facts: Facts): DomainError {
  const unit = facts.unit ?? 'CNY';
  const balance = BigInt(facts.balance ?? 0);
  const need = BigInt(facts.need ?? 0);
  return new DomainError('ledger.overdraft', {
    detail: `${facts.account} has ${formatAmount(unit, balance)}, ${formatAmount(unit, need)} were asked of it.`,
    remedy: `Add ${formatAmount(unit, need - balance)}, or ask for less.`,
    kind: 'conflict',
  });
}

function keyReused(facts: Facts, field: string | undefined): DomainError {
  return new DomainError('ledger.key-reused', {
    ...(field !== undefined && { field: `${field}/key` }),
    detail: `The key "${facts.key}" belongs to ${facts.first ? entryId(BigInt(facts.first)) : 'another entry'}, whose content is not the same.`,
    remedy: 'Take a new key for a new fact.',
    kind: 'conflict',
  });
}

function periodClosed(facts: Facts, field: string | undefined): DomainError {
  const instant = (second: number | undefined): string => formatInstant(second ?? 0);
  return new DomainError('ledger.period-closed', {
    ...(field !== undefined && { field: `${field}/effectiveAt` }),
    detail: `Entry "${facts.key}" takes effect at ${instant(facts.at)}; the time from ${instant(facts.from)} to ${instant(facts.until)} is closed.`,
    remedy: 'Post it into the open month, and name the month it belongs to.',
    kind: 'conflict',
  });
}

function unknownAccount(facts: Facts): DomainError {
  return new DomainError('ledger.unknown-account', {
    detail: `There is no account ${facts.account} in ${facts.unit}.`,
    remedy: 'Open it first.',
  });
}

const NUMBER_OUT_OF_RANGE = '22003';

function outOfRange(): DomainError {
  return new DomainError('ledger.amount-out-of-range', { detail: 'A balance would go beyond ±2^53, the largest the ledger keeps.' });
}

function tooFewPostings(facts: Facts, field: string | undefined): DomainError {
  return new DomainError('ledger.too-few-postings', {
    ...(field !== undefined && { field: `${field}/postings` }),
    detail: `Entry "${facts.key}" needs at least two postings.`,
  });
}

/** The typed error for what a guard of the database refused; any other error as it is. */
export function refusal(error: unknown, entries: readonly JournalEntry[] = []): unknown {
  const cause = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  if (!(cause instanceof DatabaseError)) return error;
  if (cause.code === NUMBER_OUT_OF_RANGE) return outOfRange();
  if (cause.code?.startsWith('SL') !== true) return error;
  const facts = factsSchema.parse(JSON.parse(cause.detail ?? '{}'));
  const index = entries.findIndex((entry) => entry.key === facts.key);
  const field = index >= 0 ? `/entries/${index}` : undefined;
  switch (cause.code) {
    case 'SL001':
      return unbalanced(facts, field);
    case 'SL002':
      return tooFewPostings(facts, field);
    case 'SL003':
      return keyReused(facts, field);
    case 'SL004':
      return overdraft(facts);
    case 'SL005':
      return unknownAccount(facts);
    case 'SL006':
      return periodClosed(facts, field);
    case 'SL008':
      return unknownEntry(entryId(BigInt(facts.corrects ?? 0)), field && `${field}/corrects`);
    default:
      return error;
  }
}
