import { canRead, type Principal } from '#identity';
import { DomainError } from '#kernel';

/** Refuses another tenant's company as if it did not exist. @throws DomainError `company.unknown` */
export function requireReadable(reader: Principal, companyId: string): void {
  if (!canRead(reader, companyId))
    throw new DomainError('company.unknown', { detail: `There is no company ${companyId}.`, kind: 'not-found' });
}
