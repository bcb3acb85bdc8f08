import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key with which the park signs, or signed. Its private half is never here. */
@Entity('signing_key')
export class SigningKeyEntity {
  /** Fingerprint of the public key; see `keyIdOf`. */
  @PrimaryColumn('text')
  keyId!: string;

  /** SubjectPublicKeyInfo in DER, in base64. */
  @Column('text')
  publicKey!: string;

  /** When a process of the park first started with it. */
  @Column('timestamptz')
  validFrom!: Date;

  /** When another key took its place. What it signed before stays signed. */
  @Column('timestamptz', { nullable: true })
  retiredAt!: Date | null;
}
