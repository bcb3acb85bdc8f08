import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one person finds in the product of one event. */
@Entity('notice')
export class NoticeEntity {
  /** Grows with time. */
  @PrimaryColumn('text')
  id!: string;

  /** Of the event and the person. */
  @Column('text', { unique: true })
  key!: string;

  @Column('text')
  userId!: string;

  @Column('text')
  topic!: string;

  @Column('text')
  titleZh!: string;

  @Column('text')
  titleEn!: string;

  @Column('text')
  textZh!: string;

  @Column('text')
  textEn!: string;

  /** In the park's time. */
  @Column('timestamptz')
  at!: Date;

  /** In real time. */
  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  readAt!: Date | null;
}
