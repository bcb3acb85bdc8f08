/** What the addresses of the pages of applications hold. */
export const APPLIED_KINDS = ['grant', 'renewal', 'increase', 'extension'] as const;
export const STATUSES = ['draft', 'submitted', 'returned', 'recommended', 'endorsed', 'approved', 'rejected', 'withdrawn'] as const;
export const STEPS = ['request', 'purpose', 'attachments', 'submit'] as const;

export type AppliedKind = (typeof APPLIED_KINDS)[number];
export type Step = (typeof STEPS)[number];
