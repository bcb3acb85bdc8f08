/**
 * grants — what a company was given of a programme, and the life of it: freeze, claw-back, lapse and carry-over (rules F8, F9). It owns
 * the tables `subsidy_grant` and `grant_event`. Views for the SQL of others: `grant_period`, `grant_programme`; money moves only by posting to the ledger. It must never know a job or decide which
 * second a grant pays: that is funding's.
 */
export { GRANT_STATUSES, type GrantStatus } from './domain/grant-status.ts';
export type { GrantEventKind } from './domain/grant-event.ts';
export { FUNDS_TOPIC, type GrantEvent } from './grant-events.ts';
export { type GrantOutlook, type GrantPosition, type GrantSheet, GrantSheetsService } from './grant-sheets.service.ts';
export { type GrantFreeze, grantFreezes } from './freezes.queries.ts';
export { type GrantTerms, grantTerms } from './grant.queries.ts';
export type { Grant } from './grant.ts';
export { GrantsModule } from './grants.module.ts';
export { GrantsService, type NewGrant } from './grants.service.ts';
export { type Lapse, LapsesService } from './lapses.service.ts';
export { type FoundGrant, type GrantSearch, searchGrants } from './search.queries.ts';
