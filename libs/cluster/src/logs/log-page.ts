import type { ListOrder } from '#kernel';
import { isBehind, type LogLine, type LogPlace, startOf } from './log-lines.ts';
import type { PodLog } from './pod-log.ts';

/** Some lines of a log, and where to go on. */
export interface LogPage {
  /** In the order that was asked for. */
  readonly lines: readonly LogLine[];
  /** The last place that was looked at, as the cursor of the next page; absent where everything was. */
  readonly next?: LogPlace;
}

export interface LogPageRequest {
  /** From the first line on, or from the last one back. */
  readonly order: ListOrder;
  readonly limit: number;
  /** The page begins behind this line in the order. */
  readonly cursor?: LogPlace | undefined;
  /** Only lines after this place, and before that one. */
  readonly since?: LogPlace | undefined;
  readonly until?: LogPlace | undefined;
  /** Only these lines. */
  readonly matches?: ((text: string) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Characters of a page: a page with long lines has fewer of them. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** After so many milliseconds a page ends with what was found. */
const SCAN_MS = 10_000;
/** Reading back, the next step goes so many times further. */
const STEP_FACTOR = 8;

/**
 * A page of a log, with memory for one page only however long the log is. A page ends early where its lines are long or the log takes long
 * to read; `next` then says where to go on, even if no line was found.
 */
export async function logPage(log: PodLog, request: LogPageRequest): Promise<LogPage> {
  return request.order === 'first' ? await firstLines(log, request) : await latestLines(log, request);
}

async function firstLines(log: PodLog, { limit, cursor, since, until, matches, signal }: LogPageRequest): Promise<LogPage> {
  const lines: LogLine[] = [];
  const end = performance.now() + SCAN_MS;
  let characters = 0;
  let seen = cursor;
  const after = cursor !== undefined && since !== undefined && isBehind(since, cursor) ? since : (cursor ?? since);
  for await (const line of log({ after, signal })) {
    if (until !== undefined && !isBehind(until, line)) break;
    const isWanted = matches?.(line.text) !== false;
    const isFull = isWanted && (lines.length >= limit || (lines.length > 0 && characters + line.text.length > MOST_CHARACTERS));
    if (seen !== undefined && (isFull || performance.now() > end)) return { lines, next: seen };
    if (isWanted) {
      lines.push(line);
      characters += line.text.length;
    }
    seen = { at: line.at, nth: line.nth };
  }
  return { lines };
}

/**
 * The cluster can begin a log at any second, but not end it: the log is read in steps that go further back each time, and each one only
 * up to where the step before began.
 */
async function latestLines(log: PodLog, request: LogPageRequest): Promise<LogPage> {
  const { limit, matches, since, signal } = request;
  const end = performance.now() + SCAN_MS;
  if (request.cursor === undefined && request.until === undefined && since === undefined && matches === undefined) {
    const page = await tail(log, limit, signal);
    if (page !== undefined) return page;
  }
  let before = await endOf(log, request);
  if (before === undefined) return { lines: [] };
  const last = new Date(before.at).getTime();
  const found: LogLine[] = [];
  for (let span = 1; ; span *= STEP_FACTOR) {
    const from = startOf(new Date((Math.floor(last / 1_000) + 1 - span) * 1_000));
    const isLast = (since !== undefined && !isBehind(from, since)) || span > MOST_SECONDS;
    const step = new LastLines(limit - found.length);
    for await (const line of log({ after: isLast ? since : from, signal })) {
      if (!isBehind(before, line)) break;
      if (matches?.(line.text) !== false) step.add(line);
    }
    found.push(...step.lines.toReversed());
    const oldest = found.at(-1);
    if (oldest !== undefined && (step.isFull || found.length >= limit)) return { lines: found, next: { at: oldest.at, nth: oldest.nth } };
    if (isLast) return { lines: found };
    before = from;
    if (performance.now() > end) return { lines: found, next: before };
  }
}

/** No log is older: at last it is read from its beginning. */
const MOST_SECONDS = 366 * 86_400;

/** The place before which the latest lines are; undefined for a log without lines. */
async function endOf(log: PodLog, { cursor, until, signal }: LogPageRequest): Promise<LogPlace | undefined> {
  if (cursor !== undefined && until !== undefined) return isBehind(cursor, until) ? until : cursor;
  if ((cursor ?? until) !== undefined) return cursor ?? until;
  for await (const { at } of log({ tailLines: 1, signal })) return { at, nth: Number.MAX_SAFE_INTEGER };
  return undefined;
}

/**
 * The last lines by one read of them. The places of lines of the instant with which the read begins are unknown, because nothing tells how
 * many of that instant come before; undefined where the page needs one of them.
 */
async function tail(log: PodLog, limit: number, signal: AbortSignal | undefined): Promise<LogPage | undefined> {
  const last = new LastLines(limit);
  let read = 0;
  let first = '';
  for await (const line of log({ tailLines: limit + 1, signal })) {
    read += 1;
    if (read === 1) first = line.at;
    last.add(line);
  }
  const { lines } = last;
  if (read <= limit && !last.isFull) return { lines: lines.toReversed() };
  const [oldest] = lines;
  if (oldest === undefined || oldest.at === first) return undefined;
  return { lines: lines.toReversed(), next: { at: oldest.at, nth: oldest.nth } };
}

/** The last of the lines that are added, as many as a page takes. */
class LastLines {
  #lines: LogLine[] = [];
  #from = 0;
  #characters = 0;
  /** Whether a line had to make place. */
  isFull = false;

  constructor(private readonly most: number) {}

  add(line: LogLine): void {
    this.#lines.push(line);
    this.#characters += line.text.length;
    while (this.#lines.length - this.#from > this.most || (this.#characters > MOST_CHARACTERS && this.#lines.length - this.#from > 1)) {
      this.#characters -= this.#lines[this.#from]?.text.length ?? 0;
      this.#from += 1;
      this.isFull = true;
    }
    if (this.#from <= this.most) return;
    this.#lines = this.#lines.slice(this.#from);
    this.#from = 0;
  }

  get lines(): LogLine[] {
    return this.#lines.slice(this.#from);
  }
}
