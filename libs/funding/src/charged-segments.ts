import type { Tx } from '#database';
import { type BusinessCalendar, type GpuSeconds, least, parseAccountCode } from '#kernel';
import { type JournalService, type RecordedEntry, USAGE_KINDS } from '#ledger';
import { WALLET } from './domain/allocation.ts';
import type { Admission, Segment } from './domain/funding-book.ts';

/** A correction undoes a tick or two. */
const FIRST_PAGE = 8;
const WHOLE_PAGE = 1_000;

/** How many of its last GPU-seconds are to be credited back to an admission. */
export interface Undone {
  readonly admission: Admission;
  readonly gpuSeconds: GpuSeconds;
}

/**
 * The last charged segments of each admission that are not yet credited back, latest first, at least as many as hold the GPU-seconds
 * asked for: what a correction undoes (rule M4). Their journal is read backwards, so the cost grows with what is undone and not with
 * the age of the job.
 */
export async function chargedSegments(
  tx: Tx,
  journal: JournalService,
  calendar: BusinessCalendar,
  undone: readonly Undone[],
): Promise<Map<Admission, Segment[]>> {
  const tails = new Map<Admission, Segment[]>();
  if (undone.length === 0) return tails;
  const jobIds = [...new Set(undone.map(({ admission }) => admission.jobId))];
  const latest = await journal.latestOfJobs(tx, jobIds, { kinds: USAGE_KINDS, limit: FIRST_PAGE });
  for (const { admission, gpuSeconds } of undone) {
    const tail = new Tail(admission, gpuSeconds, calendar);
    let page = latest.get(admission.jobId) ?? [];
    for (let limit = FIRST_PAGE; !tail.add(page) && page.length === limit; limit = WHOLE_PAGE) {
      const before = page.at(-1)?.id;
      if (before === undefined) break;
      const more = await journal.latestOfJobs(tx, [admission.jobId], { kinds: USAGE_KINDS, limit: WHOLE_PAGE, before });
      page = more.get(admission.jobId) ?? [];
    }
    tails.set(admission, tail.segments);
  }
  return tails;
}

/** Charged segments from the end of an admission backwards: a correcting entry takes seconds off the entries before it. */
class Tail {
  readonly segments: Segment[] = [];
  readonly #mark: string;
  #missing: GpuSeconds;
  #credited: GpuSeconds = 0n;

  constructor(
    admission: Admission,
    gpuSeconds: GpuSeconds,
    private readonly calendar: BusinessCalendar,
  ) {
    this.#mark = `/usage/${admission.id}/`;
    this.#missing = gpuSeconds;
  }

  /** Takes in entries, latest first. @returns whether the segments are enough */
  add(entries: readonly RecordedEntry[]): boolean {
    for (const entry of entries) {
      if (this.#missing <= 0n) return true;
      if (entry.key.includes(this.#mark)) this.#addEntry(entry);
    }
    return this.#missing <= 0n;
  }

  #addEntry(entry: RecordedEntry): void {
    // A late entry counts for the month it belongs to, its cap included.
    const chargedAt = entry.belongsTo === undefined ? entry.effectiveAt : this.calendar.startOf(entry.belongsTo);
    for (const { account, gpuSeconds = 0n } of entry.postings.toReversed()) {
      if (gpuSeconds < 0n) this.#credited -= gpuSeconds;
      if (gpuSeconds <= 0n) continue;
      const credited = least(this.#credited, gpuSeconds);
      this.#credited -= credited;
      const notCredited = gpuSeconds - credited;
      if (notCredited === 0n) continue;
      this.#missing -= notCredited;
      this.segments.push({ entryId: entry.id, chargedAt, source: sourceOf(account), gpuSeconds: notCredited });
    }
  }
}

/** `grant:<id>:held` → the grant's id; `wallet:<tenant>:…` → wallet; `absorbed`. */
export function sourceOf(account: string): string {
  const { kind, owner } = parseAccountCode(account);
  return kind === 'grant' ? owner : kind === 'wallet' ? WALLET : kind;
}
