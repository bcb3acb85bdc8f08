import { type Fen, type GpuSeconds, type Instant, listCost, type Month, type Unit } from '#kernel';
import { ABSORBED, WALLET } from './allocation.ts';

/** What an entry says that the park wrote off because holds did not suffice when it was charged (rule F7). */
export const PAST_HOLDS = 'GPU-hours were used past what could be held';

/** One posting of an entry on a grant, a wallet or `absorbed`; into the account where positive. */
export interface EntryLine {
  /** Id of the grant, `wallet` or `absorbed`. */
  readonly source: string;
  readonly held: boolean;
  readonly unit: Unit;
  readonly amount: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
}

/** An entry about the money of one company, as far as a replay needs it. */
export interface EntryAgain {
  readonly kind: 'usage' | 'hold' | 'funds';
  /** Of usage and holds. */
  readonly admissionId: string | undefined;
  /** The instant just after the second in which it takes effect. */
  readonly at: Instant;
  readonly reason: string | undefined;
  readonly lines: readonly EntryLine[];
}

/** What happened, without who paid for it: what a replay does again. */
export type ReplayStep =
  | {
      readonly type: 'use';
      readonly admissionId: string;
      readonly at: Instant;
      /** Negative where usage was credited back. */
      readonly gpuSeconds: GpuSeconds;
      /** It was reported too late, so no source is asked (rule F7). */
      readonly tooLate: boolean;
    }
  | {
      readonly type: 'hold';
      readonly admissionId: string;
      readonly at: Instant;
      /** GPU-seconds ahead for which it holds funds, as near as its amounts say. */
      readonly gpuSeconds: GpuSeconds;
      /** What it holds in all, by unit. */
      readonly held: Readonly<Record<Unit, bigint>>;
    }
  | { readonly type: 'move'; readonly source: string; readonly at: Instant; readonly amount: bigint };

/** What a programme paid, in its unit, and the list cost that it covered by that. */
export interface ProgrammePaid {
  readonly unit: Unit;
  readonly paid: bigint;
  readonly listFen: Fen;
}

/** Who paid for usage. `listFen` is the sum of what programmes covered, of what was self-paid and of what was written off. */
export interface PaidSums {
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  readonly programmes: ReadonlyMap<string, ProgrammePaid>;
  readonly selfPaidFen: Fen;
  readonly writtenOffFen: Fen;
  /** GPU-seconds that no source paid (rule F7). */
  readonly unfundedGpuSeconds: GpuSeconds;
}

/** Sums up payments. */
export class PaidTally {
  readonly #programmes = new Map<string, ProgrammePaid>();
  #gpuSeconds = 0n;
  #listFen = 0n;
  #selfPaid = 0n;
  #writtenOff = 0n;
  #unfunded = 0n;

  constructor(private readonly programmeOf: ReadonlyMap<string, string>) {}

  /** @param paid in `unit`, with the list cost `listFen` that it covers; all are negative for a credit */
  add(source: string, unit: Unit, paid: bigint, gpuSeconds: GpuSeconds, listFen: Fen): void {
    this.#gpuSeconds += gpuSeconds;
    this.#listFen += listFen;
    if (source === WALLET) this.#selfPaid += listFen;
    else if (source === ABSORBED) {
      this.#writtenOff += listFen;
      this.#unfunded += gpuSeconds;
    } else {
      const id = this.programmeOf.get(source) ?? source;
      const known = this.#programmes.get(id);
      this.#programmes.set(id, { unit, paid: (known?.paid ?? 0n) + paid, listFen: (known?.listFen ?? 0n) + listFen });
    }
  }

  get sums(): PaidSums {
    return {
      ...{ gpuSeconds: this.#gpuSeconds, listFen: this.#listFen, programmes: this.#programmes },
      ...{ selfPaidFen: this.#selfPaid, writtenOffFen: this.#writtenOff, unfundedGpuSeconds: this.#unfunded },
    };
  }
}

interface Known {
  gpuSeconds: GpuSeconds;
  readonly held: Map<string, { readonly unit: Unit; amount: bigint }>;
}

/** Reads the entries of a company in the order of their recording: who really paid, and the steps that happened without that. */
export class RecordedUsage {
  readonly #admissions = new Map<string, Known>();
  readonly #tally: PaidTally;

  /** @param prices of admissions in fen per GPU-hour (rule M6) */
  constructor(
    private readonly prices: ReadonlyMap<string, Fen>,
    programmeOf: ReadonlyMap<string, string>,
  ) {
    this.#tally = new PaidTally(programmeOf);
  }

  /** Who really paid for what was read by `next`. */
  get charged(): PaidSums {
    return this.#tally.sums;
  }

  /** Takes in an entry from before the replay. */
  earlier(entry: EntryAgain): void {
    if (entry.admissionId !== undefined) this.#follow(entry.admissionId, entry.lines);
  }

  next(entry: EntryAgain): ReplayStep[] {
    const { admissionId, at, lines } = entry;
    if (admissionId === undefined || entry.kind === 'funds') {
      return lines.map(({ source, amount }) => ({ type: 'move', source, at, amount }));
    }
    const known = this.#follow(admissionId, lines);
    if (entry.kind === 'hold') return [{ type: 'hold', admissionId, at, ...this.#held(admissionId, known) }];
    for (const { source, unit, amount, gpuSeconds, listFen } of lines) {
      this.#tally.add(source, unit, -amount, gpuSeconds, unit === 'CNY' ? -amount : listFen);
    }
    const gpuSeconds = lines.reduce((sum, line) => sum + line.gpuSeconds, 0n);
    const tooLate = lines.every(({ source }) => source === ABSORBED) && entry.reason?.endsWith(PAST_HOLDS) !== true;
    return [{ type: 'use', admissionId, at, gpuSeconds, tooLate }];
  }

  #follow(admissionId: string, lines: readonly EntryLine[]): Known {
    const known = this.#admissions.get(admissionId) ?? { gpuSeconds: 0n, held: new Map<string, { unit: Unit; amount: bigint }>() };
    this.#admissions.set(admissionId, known);
    for (const { source, held, unit, amount, gpuSeconds } of lines) {
      known.gpuSeconds += gpuSeconds;
      if (held) known.held.set(source, { unit, amount: (known.held.get(source)?.amount ?? 0n) + amount });
    }
    return known;
  }

  #held(admissionId: string, { gpuSeconds, held }: Known): { gpuSeconds: GpuSeconds; held: Record<Unit, bigint> } {
    const sums: Record<Unit, bigint> = { CNY: 0n, GPU_SECONDS: 0n };
    for (const { unit, amount } of held.values()) sums[unit] += amount;
    const seconds = sums.GPU_SECONDS;
    return { gpuSeconds: seconds + secondsFor(sums.CNY, gpuSeconds + seconds, this.prices.get(admissionId) ?? 0n), held: sums };
  }
}

/** The most GPU-seconds after `from` that cost no more than `fen`: the inverse of `listCost`. */
export function secondsFor(fen: Fen, from: GpuSeconds, fenPerGpuHour: Fen): GpuSeconds {
  if (fen <= 0n || fenPerGpuHour === 0n) return 0n;
  const cost = listCost(from, fenPerGpuHour) + fen;
  return ((2n * cost + 1n) * 1_800n - 1n) / fenPerGpuHour - from;
}

/** The instant at which an entry was charged; a late one counts for the month it belongs to, its cap included. */
export function chargedAt(effectiveAt: Instant, belongsTo: Month | null, startOf: (month: Month) => Instant): Instant {
  return (belongsTo === null ? effectiveAt : startOf(belongsTo)) + 1;
}
