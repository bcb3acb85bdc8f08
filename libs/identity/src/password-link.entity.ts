import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { LinkDelivery } from './domain/link-delivery.ts';

/** A link by which a person chooses a password. */
@Entity('password_link')
@Index('password_link_delivery', ['deliveryId'], { unique: true, where: '(used_at IS NULL)' })
export class PasswordLinkEntity {
  /** SHA-256 of the token in the link. */
  @PrimaryColumn('bytea')
  hash!: Buffer;

  @Column('text')
  userId!: string;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;

  @Column('timestamptz', { nullable: true })
  usedAt!: Date | null;

  @Column('text')
  delivery!: LinkDelivery;

  /** The delivery that mails it. Null for a link that is handed on. */
  @Column('text', { nullable: true })
  deliveryId!: string | null;
}
