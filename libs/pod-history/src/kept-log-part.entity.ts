import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A part of a kept log. */
@Entity('kept_log_part')
export class KeptLogPartEntity {
  @PrimaryColumn('text')
  podUid!: string;

  /** Counts from 0. */
  @PrimaryColumn('integer')
  part!: number;

  /** Place of its first line: the instant, and the number among the lines of that instant. */
  @Column('text')
  firstAt!: string;

  @Column('integer')
  firstNth!: number;

  @Column('text')
  lastAt!: string;

  @Column('integer')
  lastNth!: number;

  @Column('integer')
  lines!: number;

  /** Compressed by gzip; null where the bucket has it. */
  @Column('bytea', { nullable: true })
  content!: Buffer | null;
}
