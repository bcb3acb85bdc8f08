import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * An e-mail address counts only when it was proven: by a link that was mailed to it and used, by an OpenID provider that verified
 * it, or by somebody who answers for it. Adds columns without a default to app_user, password_link and invitation (an ACCESS
 * EXCLUSIVE lock for an instant) and fills them by one pass over accounts and invitations.
 *
 * Of the accounts that are there, those that accepted a mailed invitation are proven. Those with a role for the park keep it and
 * are marked `upgrade`, so that administrators can look through them. All others are unproven until their next mailed link or
 * OpenID sign-in. A link that is open counts as handed on unless its invitation was mailed.
 */
export class ProvenAddresses1764000000340 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE app_user
        ADD COLUMN email_proven_at timestamptz,
        ADD COLUMN email_proven_by text CHECK (email_proven_by IN ('mail', 'oidc', 'administrator', 'operator', 'upgrade')),
        ADD CONSTRAINT app_user_proof_whole CHECK ((email_proven_at IS NULL) = (email_proven_by IS NULL))`);
    for (const table of ['password_link', 'invitation']) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN delivery text NOT NULL DEFAULT 'hand' CHECK (delivery IN ('mail', 'hand'))`);
      await runner.query(`ALTER TABLE ${table} ALTER COLUMN delivery DROP DEFAULT`);
    }
    await runner.query(`UPDATE invitation SET delivery = 'mail' WHERE mailed_at IS NOT NULL`);
    await runner.query(`
      UPDATE app_user SET email_proven_at = i.accepted_at, email_proven_by = 'mail'
      FROM invitation i WHERE i.accepted_by = app_user.id AND i.delivery = 'mail' AND i.email = app_user.email`);
    await runner.query(`
      UPDATE app_user SET email_proven_at = now(), email_proven_by = 'upgrade'
      WHERE email_proven_at IS NULL AND id IN (SELECT user_id FROM user_role)`);
    await guardRoles(runner);
  }
}

/** The database refuses a role for the park to an unproven account, and the loss of the proof to an account with one. */
async function guardRoles(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION refuse_unproven_role() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      -- Locks the account, so that its proof cannot be taken away at the same moment.
      PERFORM FROM app_user WHERE id = NEW.user_id AND email_proven_at IS NOT NULL FOR SHARE;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'account % has no proven address and gets no role for the park', NEW.user_id USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$`);
  await runner.query(
    `CREATE TRIGGER user_role_proven BEFORE INSERT OR UPDATE ON user_role FOR EACH ROW EXECUTE FUNCTION refuse_unproven_role()`,
  );
  await runner.query(`
    CREATE FUNCTION refuse_unproving() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM user_role WHERE user_id = NEW.id) THEN
        RAISE EXCEPTION 'account % has a role for the park and keeps its proven address', NEW.id USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$`);
  await runner.query(`
    CREATE TRIGGER app_user_unproving BEFORE UPDATE OF email_proven_at ON app_user FOR EACH ROW
    WHEN (OLD.email_proven_at IS NOT NULL AND NEW.email_proven_at IS NULL) EXECUTE FUNCTION refuse_unproving()`);
}
