import { DomainError, type Instant, instantOf } from '#kernel';
import type { Application } from './application.ts';
import type { Programme, RequiredAttachment } from '#programmes';

/** The grant that an amendment or renewal is about. */
interface SubjectGrant {
  readonly validUntil: Date;
}

function missing(field: string, detail: string, remedy: string): never {
  throw new DomainError('application.incomplete', { field, detail, remedy });
}

/**
 * What an application must contain before it is submitted, by its kind. A draft may be incomplete.
 * @throws DomainError `application.incomplete` or `application.period`, naming the field
 */
export function requireComplete(application: Application, programme: Programme, grant: SubjectGrant | undefined, at: Instant): void {
  if (application.purpose.trim() === '') {
    missing('/purpose', 'The application does not say what it is for.', 'Describe the purpose in a few sentences.');
  }
  const { kind, amount } = application;
  if (kind !== 'extension' && kind !== 'freeze' && amount === null) {
    missing('/amount', 'The application asks for no amount.', 'Give the amount, in the unit of the programme.');
  }
  if (kind === 'extension' && amount !== null) {
    missing('/amount', 'An extension changes the end, not the amount.', 'Leave the amount out, or apply for an increase as well.');
  }
  if (kind === 'increase' && application.validUntil !== null) {
    missing('/validUntil', 'An increase changes the amount, not the end.', 'Leave the end out, or apply for an extension as well.');
  }
  if (kind === 'grant' || kind === 'renewal') requirePeriod(application, programme, at);
  if (kind === 'extension') requireExtension(application, programme, grant, at);
}

function requirePeriod({ validFrom, validUntil }: Application, programme: Programme, at: Instant): void {
  if (validFrom === null) missing('/validFrom', 'The application does not say when the grant begins.', 'Give the first instant.');
  if (validUntil === null) missing('/validUntil', 'The application does not say when the grant ends.', 'Give the end.');
  if (validFrom >= validUntil) outside('/validUntil', 'The grant would end before it begins.', 'Give a later end.');
  if (instantOf(validUntil) <= at) outside('/validUntil', 'The grant would end in the past.', 'Give an end that lies ahead.');
  const remedy = `Stay within ${programme.validFrom.toISOString()} and ${programme.validUntil.toISOString()}.`;
  if (validFrom < programme.validFrom) outside('/validFrom', 'The grant would begin before the programme does.', remedy);
  if (validUntil > programme.validUntil) outside('/validUntil', 'The grant would end after the programme does.', remedy);
}

function requireExtension({ validUntil }: Application, programme: Programme, grant: SubjectGrant | undefined, at: Instant): void {
  if (validUntil === null) missing('/validUntil', 'The application does not say until when to extend.', 'Give the new end.');
  if (grant !== undefined && validUntil <= grant.validUntil) {
    outside('/validUntil', 'This is not later than the end the grant has.', `Give an end after ${grant.validUntil.toISOString()}.`);
  }
  if (validUntil > programme.validUntil || instantOf(validUntil) <= at) {
    outside('/validUntil', 'The new end lies outside the programme, or in the past.', `Stay before ${programme.validUntil.toISOString()}.`);
  }
}

function outside(field: string, detail: string, remedy: string): never {
  throw new DomainError('application.period', { field, detail, remedy });
}

/** @throws DomainError `application.attachment-missing` naming the first missing attachment */
export function requireAttachments(required: readonly RequiredAttachment[], present: readonly string[]): void {
  const absent = required.find(({ kind }) => !present.includes(kind));
  if (absent === undefined) return;
  throw new DomainError('application.attachment-missing', {
    field: '/attachments',
    detail: `The programme asks for "${absent.name}".`,
    remedy: `Attach it as ${absent.kind} and submit again.`,
  });
}
