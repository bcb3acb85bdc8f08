import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Action } from './domain/access.ts';

/** A personal token for the command line and CI. */
@Entity('personal_token')
@Unique(['hash'])
export class PersonalTokenEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  userId!: string;

  /** The company that it acts for; null: the park. */
  @Column('text', { nullable: true })
  tenantId!: string | null;

  @Column('text')
  name!: string;

  /** SHA-256 of the token. */
  @Column('bytea')
  hash!: Buffer;

  @Column('text', { array: true })
  scopes!: Action[];

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;

  /** To the minute. */
  @Column('timestamptz', { nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  /** Whether the session that made it showed a second factor. */
  @Column('boolean')
  secondFactor!: boolean;

  @Column('text', { nullable: true })
  revokedBecause!: string | null;
}
