import { subscribe } from 'node:diagnostics_channel';

export interface Memory {
  readonly rssBytes: number;
  /** Of the JavaScript heap: in use, and asked of the system. */
  readonly heapBytes: number;
  readonly heapTotalBytes: number;
  /** Buffers outside the heap. */
  readonly externalBytes: number;
}

/**
 * Loaded into the measured controller by `--import`: tells the benchmark how long each turn took and, every second, what memory
 * the process has. It changes nothing of what is measured.
 */
export type ProbeMessage =
  { readonly kind: 'turn'; readonly loop: string; readonly milliseconds: number } | ({ readonly kind: 'memory' } & Memory);

const tell = (message: ProbeMessage): void => void process.send?.(message);

subscribe('speedspace:turn', (turn) => tell({ kind: 'turn', ...(turn as { loop: string; milliseconds: number }) }));
setInterval(() => {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  tell({ kind: 'memory', rssBytes: rss, heapBytes: heapUsed, heapTotalBytes: heapTotal, externalBytes: external });
}, 1_000).unref();
process.channel?.unref();
