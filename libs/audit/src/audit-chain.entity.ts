import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** The place of an event in the hash chain. A trigger of the database writes it when the transaction of the event commits. */
@Entity('audit_chain')
@Unique(['eventId'])
export class AuditChainEntity {
  /** 1, 2, 3 … without gaps, in the order of commits. */
  @PrimaryColumn('bigint')
  seq!: bigint;

  @Column('text')
  eventId!: string;

  @Column('bytea')
  previousHash!: Buffer;

  /** SHA-256 of the previous hash and the event. */
  @Column('bytea')
  hash!: Buffer;
}
