/**
 * applications — what companies apply for and what the park proposes, with attachments, comments and reminders, and the people who
 * decide on them (rules F8, F9, L4). It owns the tables `application…`. A decision opens or changes a grant through `grants`.
 */
export { ApplicationDecisionsService } from './application-decisions.service.ts';
export type { ApplicationEvent, ApplicationFilter } from './application.queries.ts';
export { ApplicationsService, type NewApplication, type Proposal } from './applications.service.ts';
export { type Attachment, AttachmentsService, type NewAttachment } from './attachments.service.ts';
export { type Comment, CommentsService } from './comments.service.ts';
export { type AwaitedStep, awaitedSteps } from './awaited-steps.queries.ts';
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
export { ParkProposalsService } from './park-proposals.service.ts';
export { type Reminder, RemindersService, STEPS_DUE } from './reminders.service.ts';
export { ApplicationsModule, AttachmentsModule, ParkProposalsModule } from './applications.module.ts';
export { type ApplicationSearch, type FoundApplication, searchApplications } from './search.queries.ts';
