/** Roles of a company's people. */
export const COMPANY_ROLES = ['owner', 'engineer'] as const;
/** Roles of the park's people. */
export const PARK_ROLES = ['reviewer', 'administrator', 'finance', 'auditor', 'operator'] as const;
export const ROLES = [...COMPANY_ROLES, ...PARK_ROLES] as const;

export type CompanyRole = (typeof COMPANY_ROLES)[number];
export type ParkRole = (typeof PARK_ROLES)[number];
export type Role = CompanyRole | ParkRole;

const O = 'owner';
const E = 'engineer';
const R = 'reviewer';
const A = 'administrator';
const F = 'finance';
const U = 'auditor';
const P = 'operator';

/**
 * The one table of who may do what. A route declares its action; a person may take it when the row of the action has one of their roles.
 * People of a company always act within that company only. An action that ends in `.read` changes nothing.
 */
const TABLE = {
  'company.read': [O, E, R, A, F, U, P],
  'company.manage': [A],
  'contact.manage': [O, A],
  'project.read': [O, E, R, A, F, U, P],
  'project.manage': [O],
  'member.read': [O, E, R, A, U],
  'member.manage': [O, A],

  'programme.read': [O, E, R, A, F, U],
  'programme.manage': [A],
  'application.read': [O, R, A, F, U],
  'application.write': [O],
  'application.review': [R],
  'application.decide': [A],
  'application.comment': [O, R, A],
  'grant.read': [O, E, R, A, F, U],
  'grant.manage': [A],

  'wallet.read': [O, E, A, F, U],
  'wallet.topUp': [F],
  /** Bank transfers of all companies, and the proofs of the bank. */
  'transfer.read': [A, F, U],
  'catalog.read': [O, E, R, A, F, U, P],
  'catalog.manage': [A],

  'job.read': [O, E, A, F, U, P],
  /** The logs of a company's pods. The park's people must also give a reason, which is recorded on the audit trail. */
  'log.read': [O, E, A, U, P],
  'job.write': [O, E],
  /** Names and keys of a company's secrets; nobody reads a value. */
  'secret.read': [O, E, U],
  'secret.write': [O, E],
  'quote.read': [O, E],
  'statement.read': [O, R, A, F, U],
  /** The checklist and the record of a month, which name all companies. */
  'month.read': [A, F, U],
  'statement.close': [F],
  /** Usage by day and class, and who paid for it. */
  'usage.read': [O, E, R, A, F, U],
  'usage-of-companies.read': [R, A, F, U],
  /** What past months would have cost whom under other terms. */
  'what-if.read': [R, A, F, U],
  'reconciliation.read': [A, F, U, P],
  /** The whole ledger as vouchers, for the accounting system of the park. */
  'journal.read': [F, U],

  /** Records that the platform failed a job. Rule M8 computes what is credited back, so the operator enters no amount. */
  'incident.manage': [P],
  'incident.read': [A, F, U, P],

  'cluster.read': [A, U, P],
  'cluster.manage': [P],
  /** When all waiting jobs would start if nodes or limits were different. */
  'schedule.read': [A, U, P],
  /** How the GPUs were used and how long jobs waited; a company reads its own share. */
  'utilisation.read': [O, E, A, U, P],
  /** The schedules of the controllers: who leads them, and whether they fail. */
  'loop.read': [A, U, P],
  'audit.read': [A, U],
  /** Decisions of two people. Each kind requires its own action as well. */
  'decision.read': [A, F, U, P],
  'decision.write': [A, F, P],
  'user.manage': [A],
  /** The signed-in person and what they may do. */
  'self.read': [O, E, R, A, F, U, P],
  /** Changes to one's own account: password, second factor, sessions, tokens. No personal token may take it. */
  self: [O, E, R, A, F, U, P],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof TABLE;

export const ACTIONS = Object.keys(TABLE) as readonly Action[];

export function rolesThatMay(action: Action): readonly Role[] {
  return TABLE[action];
}

export function mayAct(roles: readonly Role[], action: Action): boolean {
  return rolesThatMay(action).some((role) => roles.includes(role));
}

/** Whether `action` changes nothing of a company. A company that has graduated may take only such actions. */
export function isReading(action: Action): boolean {
  return action.endsWith('.read') || action === 'self';
}

/** Whether `action` is about accounts: one's own, other people's, or who belongs to a company. */
export function isAboutAccounts(action: Action): boolean {
  return action === 'self' || action === 'member.manage' || action.startsWith('user.');
}

/** Actions that a personal token may have. None of them is about accounts, so that a copied token cannot create other credentials. */
export const TOKEN_SCOPES: readonly Action[] = ACTIONS.filter((action) => !isAboutAccounts(action));

/** Roles that move money or decide about it; a setting asks a second factor of them. */
export const MONEY_ROLES: readonly Role[] = [A, F];
