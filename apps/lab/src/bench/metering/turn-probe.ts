import { subscribe } from 'node:diagnostics_channel';
import pg from 'pg';

export interface Memory {
  readonly rssBytes: number;
  /** Of the JavaScript heap: in use, and asked of the system. */
  readonly heapBytes: number;
  readonly heapTotalBytes: number;
  /** Buffers outside the heap. */
  readonly externalBytes: number;
}

/** How often something was done, and how long it took in all. What is done at the same time counts each for itself. */
export interface PartTime {
  readonly part: string;
  readonly count: number;
  readonly milliseconds: number;
}

/**
 * Loaded into the measured controller by `--import`: tells the benchmark how long each turn took and, every second, what memory
 * the process has and what its turns have spent their time on since the last second. It changes nothing of what is measured.
 */
export type ProbeMessage =
  | { readonly kind: 'turn'; readonly loop: string; readonly milliseconds: number }
  | ({ readonly kind: 'memory' } & Memory)
  | { readonly kind: 'parts'; readonly parts: readonly PartTime[] };

const tell = (message: ProbeMessage): void => void process.send?.(message);
let parts = new Map<string, PartTime>();

function spend(part: string, milliseconds: number): void {
  const { count, milliseconds: before } = parts.get(part) ?? { count: 0, milliseconds: 0 };
  parts.set(part, { part, count: count + 1, milliseconds: before + milliseconds });
}

subscribe('speedspace:turn', (turn) => tell({ kind: 'turn', ...(turn as { loop: string; milliseconds: number }) }));
subscribe('speedspace:part', (timed) => {
  const { part, milliseconds } = timed as { part: string; milliseconds: number };
  spend(part, milliseconds);
});

type Query = (this: pg.Client, ...given: unknown[]) => unknown;
const prototype = pg.Client.prototype as unknown as { query: Query };
const query = prototype.query;
prototype.query = function measured(...given) {
  const began = performance.now();
  const answer = query.apply(this, given);
  if (answer instanceof Promise) void answer.finally(() => spend('statements', performance.now() - began)).catch(() => undefined);
  return answer;
};

setInterval(() => {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  tell({ kind: 'memory', rssBytes: rss, heapBytes: heapUsed, heapTotalBytes: heapTotal, externalBytes: external });
  if (parts.size === 0) return;
  tell({ kind: 'parts', parts: [...parts.values()] });
  parts = new Map();
}, 1_000).unref();
process.channel?.unref();
