/**
 * identity — the people: users, credentials, sessions, personal tokens, OIDC, and the one table of who may do what. It must never
 * know a company's inside: which companies a person belongs to is the tenancy room's.
 */
export {
  ACTIONS,
  type Action,
  COMPANY_ROLES,
  type CompanyRole,
  MONEY_ROLES,
  PARK_ROLES,
  type ParkRole,
  ROLES,
  type Role,
  isReading,
  mayAct,
  rolesThatMay,
} from './domain/access.ts';
export { type Principal, companyOf, may, narrowedTo, sees } from './domain/principal.ts';
