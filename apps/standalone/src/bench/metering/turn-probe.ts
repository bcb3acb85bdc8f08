import { subscribe } from 'node:diagnostics_channel';

/**
 * Loaded into the measured controller by `--import`: tells the benchmark how long each turn took and, every second, what memory
 * the process has. It changes nothing of what is measured.
 */
export type ProbeMessage =
  | { readonly kind: 'turn'; readonly loop: string; readonly milliseconds: number }
  | { readonly kind: 'memory'; readonly rssBytes: number; readonly heapBytes: number };

const tell = (message: ProbeMessage): void => void process.send?.(message);

subscribe('speedspace:turn', (turn) => tell({ kind: 'turn', ...(turn as { loop: string; milliseconds: number }) }));
setInterval(() => {
  const { rss, heapUsed } = process.memoryUsage();
  tell({ kind: 'memory', rssBytes: rss, heapBytes: heapUsed });
}, 1_000).unref();
process.channel?.unref();
