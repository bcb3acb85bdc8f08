import type { TablesWithoutEntity } from './relations.ts';

const NO_ENTITY_YET = 'read and written by SQL only';

/** Tables and private views that belong to a module without an entity that says so. */
export const tablesWithoutEntity: TablesWithoutEntity = {
  ...of('database', ['migration']),
  ...of('tenancy', ['company_person']),
  ...of('storage', ['attachment_content']),
  ...of('programmes', ['programme', 'programme_appropriation']),
  ...of('grants', ['subsidy_grant', 'grant_event']),
  ...of('applications', ['application', 'application_attachment', 'application_comment', 'application_event']),
  ...of('scheduling', ['concurrency_limit']),
};

function of(module: string, tables: readonly string[]): TablesWithoutEntity {
  return Object.fromEntries(tables.map((table) => [table, { module, reason: NO_ENTITY_YET }]));
}
