import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The schedule as the controller published it last: one row. */
@Entity('published_schedule')
export class PublishedScheduleEntity {
  @PrimaryColumn('boolean')
  id!: boolean;

  @Column('timestamptz')
  publishedAt!: Date;

  @Column('integer')
  format!: number;

  /** How long a new job holds its funds in advance, and what Kubernetes adds to the pods of each class. */
  @Column('jsonb')
  terms!: unknown;

  @Column('bytea')
  content!: Buffer;
}
