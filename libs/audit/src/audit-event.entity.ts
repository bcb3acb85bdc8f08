import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Actor } from './domain/actor.ts';

/** What somebody did to one object. The application adds rows and never changes them; so does the database. */
@Entity('audit_event')
export class AuditEventEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  actorKind!: Actor['kind'];

  @Column('text')
  actorId!: string;

  @Column('text')
  actorName!: string;

  /** Network address the request came from. */
  @Column('text', { nullable: true })
  actorAddress!: string | null;

  /** Object and past tense, such as `application.approved`. */
  @Column('text')
  action!: string;

  @Column('text')
  objectType!: string;

  @Column('text')
  objectId!: string;

  /** The company that it concerns. */
  @Column('text', { nullable: true })
  tenantId!: string | null;

  /** The fields that changed, as they were. */
  @Column('jsonb', { nullable: true })
  before!: object | null;

  /** The fields that changed, as they are. */
  @Column('jsonb', { nullable: true })
  after!: object | null;

  @Column('text', { nullable: true })
  reason!: string | null;
}
