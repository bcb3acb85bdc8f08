import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Actor, recordedActor } from '#audit';
import { checkedAs, column } from '#database';

/** `park`: only the park's people read it. */
const AUDIENCES = ['everybody', 'park'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** A comment on an application. It stays as it was written. */
@Entity('application_comment')
export class ApplicationCommentEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  applicationId!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('jsonb', { transformer: checkedAs(recordedActor) })
  actor!: Actor;

  @Column('text', { transformer: checkedAs(column.oneOf(AUDIENCES)) })
  audience!: Audience;

  @Column('text')
  body!: string;
}
