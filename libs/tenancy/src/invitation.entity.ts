import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { CompanyRole, LinkDelivery } from '#identity';

/** An invitation of an e-mail address into a company. */
@Entity('invitation')
@Unique(['hash'])
export class InvitationEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  companyId!: string;

  @Column('text')
  email!: string;

  @Column('text')
  role!: CompanyRole;

  /** SHA-256 of the token in its link. */
  @Column('bytea')
  hash!: Buffer;

  /** Id of the user. */
  @Column('text')
  invitedBy!: string;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;

  @Column('timestamptz', { nullable: true })
  mailedAt!: Date | null;

  /** When the mail with it was given up. */
  @Column('timestamptz', { nullable: true })
  mailFailedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  acceptedAt!: Date | null;

  /** Id of the user. */
  @Column('text', { nullable: true })
  acceptedBy!: string | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  @Column('text')
  delivery!: LinkDelivery;
}
