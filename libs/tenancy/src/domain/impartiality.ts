import { DomainError } from '#kernel';

/**
 * A person who acts for the park gives nothing to a company they belong to: no money, grant, limit, price or refund, and no decision about
 * one (rule P4).
 * @param belongsTo the companies that the person belongs to, or belonged to when it was asked for
 * @param concerned the companies that the action concerns
 * @throws DomainError `access.conflict-of-interest`
 */
export function requireOutsider(belongsTo: readonly string[], concerned: readonly string[]): void {
  if (!concerned.some((company) => belongsTo.includes(company))) return;
  throw new DomainError('access.conflict-of-interest', {
    detail: 'Nobody gives anything to a company they belong to, or decides about it.',
    remedy: 'Leave it to a colleague who does not belong to the company.',
    kind: 'forbidden',
  });
}
