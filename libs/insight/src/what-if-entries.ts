import { attemptOfEntry, chargedAt, type EntryAgain, type EntryLine } from '#funding';
import { type BusinessCalendar, parseAccountCode } from '#kernel';
import type { RecordedLine } from '#ledger';

const KINDS: Partial<Record<RecordedLine['kind'], EntryAgain['kind']>> = {
  'usage.metered': 'usage',
  'usage.corrected': 'usage',
  'usage.refunded': 'usage',
  'hold.placed': 'hold',
  'hold.released': 'hold',
};

/** An entry with the company whose money it moves. */
export interface EntryOfCompany {
  readonly companyId: string;
  readonly entry: EntryAgain;
}

/**
 * Puts the lines of each entry together, by company: an entry may move the money of several.
 * @param companyOf the company of each grant
 */
export async function* entriesOfCompanies(
  lines: AsyncIterable<RecordedLine>,
  companyOf: ReadonlyMap<string, string>,
  calendar: BusinessCalendar,
): AsyncGenerator<EntryOfCompany> {
  let open: RecordedLine[] = [];
  for await (const line of lines) {
    if (open[0] !== undefined && open[0].entry !== line.entry) {
      yield* entriesOf(open, companyOf, calendar);
      open = [];
    }
    open.push(line);
  }
  yield* entriesOf(open, companyOf, calendar);
}

function entriesOf(lines: readonly RecordedLine[], companyOf: ReadonlyMap<string, string>, calendar: BusinessCalendar): EntryOfCompany[] {
  const [first] = lines;
  if (first === undefined) return [];
  const { key, kind, effectiveAt, belongsTo, reason } = first;
  const jobId = first.jobId ?? undefined;
  const attempt = attemptOfEntry({ key, ...(jobId !== undefined && { jobId }) });
  const at = chargedAt(effectiveAt, belongsTo, (month) => calendar.startOf(month));
  const whole = {
    kind: KINDS[kind] ?? ('funds' as const),
    admissionId: attempt === undefined ? undefined : `${jobId ?? ''}/${attempt}`,
    at,
    reason: reason ?? undefined,
  };
  const own = lines.map((line) => ({ ...lineOf(line), companyId: ownerOf(line, companyOf) }));
  return [...Map.groupBy(own, ({ companyId }) => companyId)].map(([companyId, part]) => ({ companyId, entry: { ...whole, lines: part } }));
}

function ownerOf({ account, tenantId }: RecordedLine, companyOf: ReadonlyMap<string, string>): string {
  const { kind, owner } = parseAccountCode(account);
  return kind === 'grant' ? (companyOf.get(owner) ?? '') : kind === 'wallet' ? owner : (tenantId ?? '');
}

function lineOf({ account, unit, amount, gpuSeconds, listFen }: RecordedLine): EntryLine {
  const { kind, owner, side } = parseAccountCode(account);
  return { source: kind === 'grant' ? owner : kind, held: side === 'held', unit, amount, gpuSeconds, listFen };
}
