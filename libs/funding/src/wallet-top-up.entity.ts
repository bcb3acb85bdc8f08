import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { type Actor, recordedActor } from '#audit';
import { checkedAs } from '#database';

/** Money that finance recorded as received for a wallet. Each bank reference counts once, unless its top-up was reversed. */
@Entity('wallet_top_up')
@Unique(['entryId'])
@Index('wallet_top_up_reference', ['referenceKey'], { unique: true, where: '(reversed_at IS NULL)' })
export class WalletTopUpEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  tenantId!: string;

  @Column('bigint')
  amountFen!: bigint;

  /** Number of the bank transfer, as it was written. */
  @Column('text')
  reference!: string;

  /** One spelling of it, see `domain/bank-reference.ts`. */
  @Column('text')
  referenceKey!: string;

  /** The journal entry that posted it. */
  @Column('text')
  entryId!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('jsonb', { transformer: checkedAs(recordedActor) })
  actor!: Actor;

  @Column('timestamptz', { nullable: true })
  reversedAt!: Date | null;
}
