import type { AccountCode, Unit } from '#kernel';

/** An account to be opened; `tenantId` where it belongs to a company. */
export interface AccountOpening {
  readonly code: AccountCode;
  readonly unit: Unit;
  readonly tenantId?: string;
}
