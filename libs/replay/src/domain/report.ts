import type { Unit } from '#kernel';

/** Who paid what of a job. */
export interface PaidShare {
  readonly source: string;
  readonly unit: Unit;
  readonly gpuSeconds: bigint;
  readonly amount: bigint;
  readonly costFen: bigint;
}

/** The output of replay.md, with its keys in that order. */
export interface ReplayReport {
  readonly jobs: readonly {
    readonly code: string;
    readonly gpuSeconds: bigint;
    readonly listFen: bigint;
    readonly paid: readonly PaidShare[];
    readonly absorbedGpuSeconds: bigint;
    readonly absorbedFen: bigint;
  }[];
  readonly balances: Readonly<Record<string, bigint>>;
  readonly statements: readonly {
    readonly tenant: string;
    readonly month: string;
    readonly gpuSeconds: bigint;
    readonly listFen: bigint;
    readonly subsidyFen: bigint;
    readonly selfPaidFen: bigint;
    readonly absorbedFen: bigint;
    readonly bySource: Readonly<Record<string, bigint>>;
  }[];
  readonly lapsed: readonly { readonly grant: string; readonly amount: bigint }[];
  readonly ledger: { readonly entries: number; readonly sumPerUnit: Readonly<Record<Unit, bigint>> };
}
