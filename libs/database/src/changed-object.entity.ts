import { Column, Entity, PrimaryColumn } from 'typeorm';
import { checkedAs } from './checked-column.ts';
import { column } from './typed-rows.ts';

/** Whom a change concerns: the company and the park, or one of them alone. */
export const CHANGE_AUDIENCES = ['all', 'company', 'park'] as const;
export type ChangeAudience = (typeof CHANGE_AUDIENCES)[number];

/** That an object changed, for those who show it. Triggers of the watched tables write it. */
@Entity('changed_object')
export class ChangedObjectEntity {
  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: bigint;

  /** The transaction of the change. */
  @Column('bigint', { default: () => 'pg_current_xact_id()::text::bigint' })
  transactionId!: bigint;

  @Column('text')
  topic!: string;

  /** Null: several objects. */
  @Column('text', { nullable: true })
  objectId!: string | null;

  @Column('text', { nullable: true })
  tenantId!: string | null;

  @Column('text', { nullable: true })
  userId!: string | null;

  @Column('text', { default: 'all', transformer: checkedAs(column.oneOf(CHANGE_AUDIENCES)) })
  audience!: ChangeAudience;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  recordedAt!: Date;
}
