/**
 * subsidy — what the park promises: programmes with their budgets, applications and the people who decide on them, grants with
 * their life, and how many GPUs a company may use at once (rules F8, F9, L4). It owns the tables `programme…`, `application…`,
 * `subsidy_grant`, `grant_event`, `attachment_content` and `concurrency_limit`; money moves only by posting to the ledger. It must
 * never know a job or decide which second a grant pays: that is funding's.
 */
export { ApplicationDecisionsService } from './application-decisions.service.ts';
export type { ApplicationEvent, ApplicationFilter } from './application.queries.ts';
export { ApplicationsService, type NewApplication, type Proposal } from './applications.service.ts';
export { AttachmentStore } from './attachment-store.ts';
export { type Attachment, AttachmentsService, type NewAttachment } from './attachments.service.ts';
export { type Comment, CommentsService } from './comments.service.ts';
export { type ConcurrencyLimit, ConcurrencyLimitsService } from './concurrency-limits.service.ts';
export {
  APPLICATION_KINDS,
  APPLICATION_STATUSES,
  type Application,
  type ApplicationContent,
  COMPANY_KINDS,
  PARK_KINDS,
  type Decision,
} from './domain/application.ts';
export type { FinalDecision, ReviewDecision } from './domain/application-rules.ts';
export { GRANT_STATUSES, type GrantStatus } from './domain/grant-status.ts';
export { type NewProgramme, type Programme, type ProgrammeChange, PROGRAMME_STATUSES, type ProgrammeStatus } from './domain/programme.ts';
export { consumptionWindow, type Runway, runway } from './domain/runway.ts';
export { FUNDS_TOPIC, type GrantEvent, type GrantEventKind } from './grant-events.ts';
export { type GrantOutlook, type GrantPosition, type GrantSheet, GrantSheetsService, spentOf } from './grant-sheets.service.ts';
export { type GrantTerms, grantTerms } from './grant-terms.ts';
export { type Grant, GrantsService, type NewGrant } from './grants.service.ts';
export { type Lapse } from './lapses.service.ts';
export { ParkProposalsService } from './park-proposals.service.ts';
export { ProgrammeThresholdsService } from './programme-thresholds.service.ts';
export { type Appropriation, ProgrammesService } from './programmes.service.ts';
export { type AwaitedStep, type Reminder, RemindersService } from './reminders.service.ts';
export type { S3Settings } from './s3-attachment-store.ts';
export { s3Environment, s3SettingsOf } from './s3-settings.ts';
export { ApplicationsModule, AttachmentsModule, SubsidyModule } from './subsidy.module.ts';
