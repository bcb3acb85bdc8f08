import { Column, Entity, Generated, PrimaryColumn, Unique } from 'typeorm';
import { z } from 'zod';
import { type Actor, recordedActor } from '#audit';
import { checkedAs, column } from '#database';
import { APPLICATION_ACTIONS, APPLICATION_STATUSES, type ApplicationAction, type ApplicationStatus } from './domain/application.ts';

/** The content of an application at its submission. */
const content = column.json(z.record(z.string(), z.string().nullable()));
export type SubmittedContent = Readonly<Record<string, string | null>>;

/** One step of an application. */
@Entity('application_event')
@Unique(['position'])
export class ApplicationEventEntity {
  /** The order of events. */
  @Column('bigint')
  @Generated('increment')
  position!: bigint;

  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  applicationId!: string;

  @Column('text')
  tenantId!: string;

  @Column('integer')
  round!: number;

  @Column('timestamptz')
  at!: Date;

  @Column('text', { transformer: checkedAs(column.oneOf(APPLICATION_ACTIONS)) })
  action!: ApplicationAction;

  /** The status after the step. */
  @Column('text', { transformer: checkedAs(column.oneOf(APPLICATION_STATUSES)) })
  toStatus!: ApplicationStatus;

  @Column('jsonb', { transformer: checkedAs(recordedActor) })
  actor!: Actor;

  @Column('bigint', { nullable: true })
  amount!: bigint | null;

  @Column('timestamptz', { nullable: true })
  validUntil!: Date | null;

  @Column('text', { nullable: true })
  opinion!: string | null;

  @Column('jsonb', { nullable: true, transformer: checkedAs(content) })
  content!: SubmittedContent | null;
}
