import { median } from '../ledger/ticks.ts';

/** Something that is timed on a ledger of some size. */
export interface Measurement {
  readonly what: string;
  readonly run: () => Promise<unknown>;
}

/** What a measurement took, in milliseconds, on a ledger of `entries` journal entries. */
export interface Measured {
  readonly what: string;
  readonly entries: number;
  readonly milliseconds: number;
}

/** Runs each of the measurements in turn, once to warm up and then `turns` times: the median of those. */
export async function measureAll(measurements: readonly Measurement[], entries: number, turns: number): Promise<Measured[]> {
  const taken = measurements.map(() => [] as number[]);
  for (let turn = -1; turn < turns; turn += 1) {
    for (const [index, { run }] of measurements.entries()) {
      const start = performance.now();
      await run();
      if (turn >= 0) taken[index]?.push(performance.now() - start);
    }
  }
  return measurements.map(({ what }, index) => ({ what, entries, milliseconds: median(taken[index] ?? []) }));
}
