import type { Tx } from '#database';

/** Runs `work` in a transaction that is refused where another process leads the loop by now. */
export type RunFenced = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
