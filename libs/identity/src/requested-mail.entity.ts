import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That somebody asked for a mail to an address, for an hour. */
@Entity('requested_letter')
export class RequestedMailEntity {
  @PrimaryColumn('bigint', { generated: 'identity' })
  position!: bigint;

  /** SHA-256 of the e-mail address. */
  @Column('bytea')
  recipient!: Buffer;

  /** Id of a user, or a network. */
  @Column('text')
  requester!: string;

  @Column('timestamptz')
  at!: Date;
}
