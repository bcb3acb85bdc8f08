import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A request for a mail to an address. It is kept for an hour. */
@Entity('requested_mail')
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
