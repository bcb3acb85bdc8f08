import type { Unit } from '#kernel';

/** Names an account within its unit, such as `grant:grant_01j…:available` (rule L6). */
export type AccountCode = string;

/** The account codes of rule L6. Those of a programme, a grant or a wallet are guarded: they never go below zero (rule L4). */
export const accounts = {
  programmeBudget: (programmeId: string): AccountCode => `programme:${programmeId}:budget`,
  grantAvailable: (grantId: string): AccountCode => `grant:${grantId}:available`,
  grantHeld: (grantId: string): AccountCode => `grant:${grantId}:held`,
  walletAvailable: (tenantId: string): AccountCode => `wallet:${tenantId}:available`,
  walletHeld: (tenantId: string): AccountCode => `wallet:${tenantId}:held`,
  /** What the cluster earned with a GPU class. */
  usage: (gpuClass: string): AccountCode => `usage:${gpuClass}`,
  /** What the park bears itself (rule F7). */
  absorbed: 'absorbed',
  lapsed: 'lapsed',
  /** The world outside: where money comes from and goes to. */
  external: 'external',
} as const;

/** An account to be opened; `tenantId` where it belongs to a company. */
export interface AccountOpening {
  readonly code: AccountCode;
  readonly unit: Unit;
  readonly tenantId?: string;
}
