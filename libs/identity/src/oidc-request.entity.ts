import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A sign-in by the OpenID provider that is not finished. */
@Entity('oidc_request')
export class OidcRequestEntity {
  @PrimaryColumn('text')
  state!: string;

  @Column('text')
  nonce!: string;

  @Column('text')
  codeVerifier!: string;

  /** Path of the console. */
  @Column('text')
  returnTo!: string;

  @Column('timestamptz')
  expiresAt!: Date;
}
