import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SignInMethod } from './domain/authentication-methods.ts';

/** A session: it begins with a sign-in and lasts as long as its refresh tokens are exchanged. */
@Entity('session')
export class SessionEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  userId!: string;

  @Column('text')
  method!: SignInMethod;

  /** Whether the person showed a second factor in it. */
  @Column('boolean')
  secondFactor!: boolean;

  /** Network address from which it was used last. */
  @Column('text', { nullable: true })
  address!: string | null;

  @Column('text', { nullable: true })
  userAgent!: string | null;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  lastUsedAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  @Column('text', { nullable: true })
  revokedBecause!: string | null;
}
