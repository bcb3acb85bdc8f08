/** A movement of an account, as the API lists it. */
export interface Entry {
  readonly entryId: string;
  readonly kind: string;
  readonly effectiveAt: string;
  readonly jobId?: string;
  readonly jobName?: string;
  readonly reason?: string;
  readonly amount: number;
  readonly balance: number;
  readonly gpuSeconds: number;
}
