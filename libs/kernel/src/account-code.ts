import { invariant } from './invariant.ts';

/** Names an account within its unit, such as `grant:grant_01j…:available` (rule L6). */
export type AccountCode = string;

/** The account codes of rule L6, and the one place that builds them; in SQL: the function `account_code`. Those of a programme, a grant or a wallet are guarded: they never go below zero (rule L4). */
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
  /** Outside of the park: where money comes from and goes to. */
  external: 'external',
} as const;

const KINDS = ['programme', 'grant', 'wallet', 'usage', 'absorbed', 'lapsed', 'external'] as const;
type AccountKind = (typeof KINDS)[number];

/** The parts of an account code. */
export interface AccountName {
  readonly kind: AccountKind;
  /** The id of the programme, grant or company, or the GPU class; empty for an account of the park. */
  readonly owner: string;
  /** `budget`, `available` or `held`; empty where an account has one side only. */
  readonly side: string;
}

/** Reads an account code: the inverse of `accounts`; in SQL: the functions `account_kind` and `account_owner`. */
export function parseAccountCode(code: AccountCode): AccountName {
  const [name = '', owner = '', side = ''] = code.split(':');
  const kind = KINDS.find((known) => known === name);
  invariant(kind !== undefined, `${code} is the code of an account`);
  return { kind, owner, side };
}
