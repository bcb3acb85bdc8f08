import { column, execute, queryRows, rowType, type Tx } from '#database';
import { COMPANY_ROLES, type CompanyRole, type LinkDelivery } from '#identity';

const BATCH = 5_000;

/** Condition that an invitation `i` can still be accepted, except for its end. */
export const IS_OPEN = `i.accepted_at IS NULL AND i.revoked_at IS NULL`;

/** An invitation that can be accepted. */
export interface OpenInvitation {
  readonly id: string;
  readonly companyId: string;
  readonly companyName: string;
  readonly email: string;
  readonly role: CompanyRole;
  readonly delivery: LinkDelivery;
}

const OPEN = rowType({
  id: column.text,
  companyId: column.text,
  companyName: column.text,
  email: column.text,
  role: column.oneOf(COMPANY_ROLES),
  delivery: column.oneOf(['mail', 'hand']),
});

/** The invitation of a secret, locked until `tx` ends; undefined where it can no longer be accepted. */
export async function lockOpenInvitation(tx: Tx, secretHash: Buffer, now: Date): Promise<OpenInvitation | undefined> {
  const [invitation] = await queryRows(
    tx,
    OPEN,
    `SELECT i.id, i.company_id AS "companyId", c.name AS "companyName", i.email, i.role, i.delivery
     FROM invitation i JOIN company c ON c.id = i.company_id
     WHERE i.hash = $1 AND ${IS_OPEN} AND i.expires_at > $2 AND c.status <> 'graduated' FOR UPDATE OF i`,
    [secretHash, now],
  );
  return invitation;
}

/** Deletes invitations that were accepted, revoked or over before an instant, a bounded number at a time. Answers how many. */
export async function deleteEndedInvitations(tx: Tx, before: Date): Promise<number> {
  return await execute(
    tx,
    `DELETE FROM invitation WHERE id IN (SELECT id FROM invitation WHERE least(expires_at, accepted_at, revoked_at) < $1 LIMIT ${BATCH})`,
    [before],
  );
}
