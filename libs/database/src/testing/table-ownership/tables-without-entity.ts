import type { TablesWithoutEntity } from './relations.ts';

const NO_ENTITY_YET = 'read and written by SQL only';

/** Tables and private views that belong to a module without an entity that says so. */
export const tablesWithoutEntity: TablesWithoutEntity = {
  ...of('database', ['leadership', 'idempotent_request', 'migration']),
  ...of('storage', ['attachment_content']),
  ...of('audit', ['audit_chain', 'audit_event', 'audit_head', 'audit_head_report']),
  ...of('identity', ['app_user', 'failed_attempt', 'oidc_identity', 'oidc_request', 'password_link', 'personal_token', 'refresh_token']),
  ...of('identity', ['requested_letter', 'session', 'user_role']),
  ...of('tenancy', ['company', 'company_contact', 'company_person', 'invitation', 'member']),
  ...of('decisions', ['pending_decision']),
  ...of('catalog', ['gpu_class', 'gpu_price']),
  ...of('programmes', ['programme', 'programme_appropriation']),
  ...of('grants', ['subsidy_grant', 'grant_event']),
  ...of('applications', ['application', 'application_attachment', 'application_comment', 'application_event']),
  ...of('scheduling', ['concurrency_limit']),
};

function of(module: string, tables: readonly string[]): TablesWithoutEntity {
  return Object.fromEntries(tables.map((table) => [table, { module, reason: NO_ENTITY_YET }]));
}
