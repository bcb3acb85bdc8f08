/**
 * programmes — what funders give: programmes with versions of their terms, and appropriations (rules F8, F9, L4). It owns the tables
 * `programme…`. Views for the SQL of others: `programme_terms`; money moves only by posting to the ledger. It must never know an application, a grant or a job.
 */
export {
  type NewProgramme,
  type Programme,
  type ProgrammeChange,
  PROGRAMME_STATUSES,
  type ProgrammeStatus,
  type RequiredAttachment,
  requireOpen,
  requireTakesApplications,
} from './domain/programme.ts';
export { type ProgrammeNames, programmeNames } from './programme-names.ts';
export { ProgrammeThresholdsService } from './programme-thresholds.service.ts';
export { ProgrammesModule } from './programmes.module.ts';
export { type Appropriation, type Budget, ProgrammesService } from './programmes.service.ts';
export { type FoundProgramme, searchProgrammes } from './search.queries.ts';
