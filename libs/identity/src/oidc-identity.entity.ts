import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An identity of an OpenID provider that is linked to an account. */
@Entity('oidc_identity')
export class OidcIdentityEntity {
  @PrimaryColumn('text')
  issuer!: string;

  @PrimaryColumn('text')
  subject!: string;

  @Column('text')
  userId!: string;

  @Column('timestamptz')
  linkedAt!: Date;
}
