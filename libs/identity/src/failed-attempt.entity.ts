import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Failed attempts to show a password or a code, by account and network. */
@Entity('failed_attempt')
export class FailedAttemptEntity {
  /** SHA-256 of the e-mail address. */
  @PrimaryColumn('bytea')
  account!: Buffer;

  @PrimaryColumn('text')
  network!: string;

  @Column('integer')
  failures!: number;

  @Column('timestamptz')
  lastAt!: Date;

  @Column('timestamptz', { nullable: true })
  lockedUntil!: Date | null;
}
