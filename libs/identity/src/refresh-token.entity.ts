import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A refresh token of a session. */
@Entity('refresh_token')
export class RefreshTokenEntity {
  /** SHA-256 of the token. */
  @PrimaryColumn('bytea')
  hash!: Buffer;

  @Column('text')
  sessionId!: string;

  @Column('timestamptz')
  issuedAt!: Date;

  /** When it was exchanged first. */
  @Column('timestamptz', { nullable: true })
  usedAt!: Date | null;
}
