/**
 * tenancy — the companies of the incubator, their members, contacts and invitations, and their status, and the drafts of forms that their people have begun. It owns the row of a company, which
 * is the mutex of that company's money. It must never know a grant, a balance or a job: later modules read a company's status and act on
 * it. Views for the SQL of others: `company_status`, `company_member`.
 */
export { type CreditCode, syntheticCreditCode } from './domain/credit-code.ts';
export { COMPANY_STATUSES, CONTACT_KINDS, type Company, type CompanyStatus, type Contact, type ContactKind } from './company.ts';
export { CompaniesModule } from './companies.module.ts';
export { COMPANIES_TOPIC, CompaniesService, type CompanyChange, type CompanyFilter, type NewCompany } from './companies.service.ts';
export { deleteExpiredDrafts, type DraftOwner, type FormDraft, FormDraftsService } from './form-drafts.service.ts';
export { deleteEndedInvitations } from './invitation.queries.ts';
export { type Invitation, InvitationsService, type InvitationView } from './invitations.service.ts';
export {
  INVITATION_SENT,
  invitationPath,
  mailedInvitation,
  recordInvitationMailed,
  recordInvitationMailFailed,
  renewInvitationSecret,
} from './mailed-invitations.ts';
export { requireOutsider } from './domain/impartiality.ts';
export { requireImpartial, requireImpartialToAll } from './impartiality.ts';
export { lockTenants } from './lock-tenants.ts';
export { type Member, MembersService, type Membership, membersOf } from './members.service.ts';
export { type Project, ProjectsService, requireOpenProject } from './projects.service.ts';
export { requireReadable } from './readable-company.ts';
export { type FoundCompany, type FoundMember, searchCompanies, searchMembers } from './search.queries.ts';
export { TenancyModule } from './tenancy.module.ts';
