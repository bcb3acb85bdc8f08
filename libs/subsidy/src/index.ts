/**
 * subsidy — what the park promises: programmes with their budgets, and grants with their life (rules F8, F9, L4). It owns the
 * tables `programme` and `subsidy_grant`; money moves only by posting to the ledger. It must never know a job or decide which
 * second a grant pays: that is funding's.
 */
export { type GrantTerms, grantTerms } from './grant-terms.ts';
export { type Grant, Grants, type Lapse, type NewGrant } from './grants.service.ts';
export { type NewProgramme, type Programme, Programmes, type ProgrammeStatus } from './programmes.service.ts';
export { SubsidyModule } from './subsidy.module.ts';
