import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { EmailProof, UserStatus } from './user.ts';

/** The account of a person. */
@Entity('app_user')
@Unique(['email'])
export class UserEntity {
  @PrimaryColumn('text')
  id!: string;

  /** In lower case. */
  @Column('text')
  email!: string;

  @Column('text')
  name!: string;

  @Column('text')
  status!: UserStatus;

  /** Argon2id. Null: the person has no password. */
  @Column('text', { nullable: true })
  passwordHash!: string | null;

  /** The sealed secret of the authenticator app. */
  @Column('bytea', { nullable: true })
  totpSecret!: Buffer | null;

  /** When a first code showed that the authenticator app works; null: it does not count yet. */
  @Column('timestamptz', { nullable: true })
  totpConfirmedAt!: Date | null;

  /** The time step of the last code that was accepted: no code counts twice. */
  @Column('bigint')
  totpLastStep!: bigint;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  updatedAt!: Date;

  @Column('timestamptz', { nullable: true })
  emailProvenAt!: Date | null;

  @Column('text', { nullable: true })
  emailProvenBy!: EmailProof | null;

  /** Id of the key that `totpSecret` is sealed under. */
  @Column('text', { nullable: true })
  totpKeyId!: string | null;

  /** When the last mail with a link to the account was given up, and no link was handed on instead so far. */
  @Column('timestamptz', { nullable: true })
  linkMailFailedAt!: Date | null;
}
