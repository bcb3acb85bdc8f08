import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Actor, recordedActor } from '#audit';
import { checkedAs } from '#database';

/** A file that an application carries, without its bytes. */
@Entity('application_attachment')
export class ApplicationAttachmentEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  applicationId!: string;

  /** What it is, such as `business-licence`; `other` for what nobody asked for. */
  @Column('text')
  kind!: string;

  @Column('text')
  fileName!: string;

  /** As found in the content, whatever the uploader said. */
  @Column('text')
  mediaType!: string;

  @Column('integer')
  sizeBytes!: number;

  @Column('bytea')
  sha256!: Buffer;

  @Column('jsonb', { transformer: checkedAs(recordedActor) })
  actor!: Actor;

  @Column('timestamptz')
  addedAt!: Date;

  @Column('timestamptz', { nullable: true })
  removedAt!: Date | null;

  /** When its bytes were deleted. */
  @Column('timestamptz', { nullable: true })
  discardedAt!: Date | null;
}
