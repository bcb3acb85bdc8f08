import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Messages to people on their way through a channel, and the notices that people read in the product. Locks nothing that exists. */
export class Notifications1764000000411 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notification_delivery (
        id text PRIMARY KEY,
        key text NOT NULL UNIQUE,
        channel text NOT NULL,
        recipient text NOT NULL,
        subject text NOT NULL,
        body text,
        link_kind text,
        link_id text,
        state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'delivered', 'given-up')),
        attempts integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        next_attempt_at timestamptz NOT NULL,
        give_up_at timestamptz NOT NULL,
        finished_at timestamptz,
        failure text,
        CHECK ((link_kind IS NULL) = (link_id IS NULL)),
        CHECK ((state = 'queued') = (finished_at IS NULL)),
        CHECK (state <> 'queued' OR body IS NOT NULL),
        CHECK (state <> 'given-up' OR failure IS NOT NULL)
      )`);
    await runner.query(`CREATE INDEX notification_delivery_queued ON notification_delivery (next_attempt_at, id) WHERE state = 'queued'`);
    await runner.query(`CREATE INDEX notification_delivery_finished ON notification_delivery (finished_at) WHERE finished_at IS NOT NULL`);
    await runner.query(`
      CREATE TABLE notice (
        id text PRIMARY KEY,
        key text NOT NULL UNIQUE,
        user_id text NOT NULL REFERENCES app_user (id),
        topic text NOT NULL,
        title_zh text NOT NULL,
        title_en text NOT NULL,
        text_zh text NOT NULL,
        text_en text NOT NULL,
        at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        read_at timestamptz
      )`);
    await runner.query(`CREATE INDEX notice_of_user ON notice (user_id, id)`);
    await runner.query(`CREATE INDEX notice_unread ON notice (user_id, id) WHERE read_at IS NULL`);
    await runner.query(`CREATE INDEX notice_age ON notice (created_at)`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON notification_delivery, notice TO speedspace_app`);
  }
}
