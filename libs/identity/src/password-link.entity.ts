import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LinkDelivery } from './domain/link-delivery.ts';

/** A link by which a person chooses a password. */
@Entity('password_link')
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
}
