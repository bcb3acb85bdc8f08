import type { Tx } from '#database';

/** What is asked of the money's side before a job is accepted. */
export interface FundableJob {
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly selfPay: boolean;
  readonly at: Date;
}

/** Whether a job could be paid for at all (rule J3). */
export abstract class FundingCheck {
  /** Whether at least one grant or the wallet of the tenant could pay something for `gpuClass`. */
  abstract canEverFund(tx: Tx, job: FundableJob): Promise<boolean>;
}
