import type { Tx } from '#database';

/** Asks the money's side whether a job could be paid for at all (rule J3); the app wires it to the funding room. */
export abstract class FundingCheck {
  /** Whether at least one grant or the wallet of the tenant could pay something for `gpuClass`, now or when it becomes valid. */
  abstract canEverFund(
    tx: Tx,
    job: { readonly tenantId: string; readonly gpuClass: string; readonly selfPay: boolean; readonly at: Date },
  ): Promise<boolean>;
}
