import { channel } from 'node:diagnostics_channel';

/** Publishes `{ part, milliseconds }` to subscribers in this process. */
const parts = channel('speedspace:part');

/** A part of a turn of which benchmarks show how long it takes. */
export type TimedPart = 'cycle' | 'publication' | 'holds' | 'charges' | 'cluster calls';

/** Begins to measure `part`. @returns ends the measurement */
export function timing(part: TimedPart): () => void {
  const began = performance.now();
  return () => parts.publish({ part, milliseconds: performance.now() - began });
}
