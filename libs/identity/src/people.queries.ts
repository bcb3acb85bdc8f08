import type { Tx } from '#database';
import type { Role } from './domain/access.ts';

/** Ids of the people who may sign in and have one of `roles` for the park. */
export async function peopleWith(tx: Tx, roles: readonly Role[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT DISTINCT u.id FROM app_user u JOIN user_role r ON r.user_id = u.id WHERE r.role = ANY ($1) AND u.status = 'active'`,
    [roles],
  );
  return rows.map(({ id }) => id);
}
