import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { z } from 'zod';
import { type Actor, recordedActor } from '#audit';
import { checkedAs, column } from '#database';

export const TRANSFER_STATES = ['pending', 'confirmed', 'rejected'] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];
export const TRANSFER_DIRECTIONS = ['in', 'out'] as const;
export type TransferDirection = (typeof TRANSFER_DIRECTIONS)[number];

const proofFile = z.object({ id: z.string(), fileName: z.string(), mediaType: z.string(), sizeBytes: z.int(), sha256: z.string() });
/** The bank's proof of a transfer; its bytes are in the object store under `id`. */
export type ProofFile = z.infer<typeof proofFile>;

/** Money that came into a wallet, or was paid out of it, by the bank. A reference counts once in each direction, unless it was rejected or reversed. */
@Entity('bank_transfer')
@Unique(['entryId'])
@Index('bank_transfer_reference', ['direction', 'referenceKey'], {
  unique: true,
  where: `((state <> 'rejected'::text) AND (reversed_at IS NULL))`,
})
export class BankTransferEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  tenantId!: string;

  @Column('text')
  direction!: TransferDirection;

  @Column('text')
  state!: TransferState;

  @Column('bigint')
  amountFen!: bigint;

  /** Number of the bank transfer, as it was written. */
  @Column('text')
  reference!: string;

  /** One spelling of it, see `domain/bank-reference.ts`. */
  @Column('text')
  referenceKey!: string;

  /** Calendar day of the transfer by the bank. */
  @Column('text')
  paidOn!: string;

  /** Why money is paid out. */
  @Column('text', { nullable: true })
  reason!: string | null;

  /** The decision that waits for the second person; null for what one person recorded in earlier releases. */
  @Column('text', { nullable: true })
  decisionId!: string | null;

  @Column('jsonb', { transformer: checkedAs(recordedActor) })
  recordedBy!: Actor;

  @Column('timestamptz')
  recordedAt!: Date;

  @Column('jsonb', { transformer: checkedAs(column.nullable(recordedActor)), nullable: true })
  decidedBy!: Actor | null;

  @Column('timestamptz', { nullable: true })
  decidedAt!: Date | null;

  /** What the second person wrote: why it was rejected, say. */
  @Column('text', { nullable: true })
  comment!: string | null;

  /** The journal entry that posted it. */
  @Column('text', { nullable: true })
  entryId!: string | null;

  /** How much of it was reversed. */
  @Column('bigint', { default: 0 })
  reversedFen!: bigint;

  /** When nothing of it was left. */
  @Column('timestamptz', { nullable: true })
  reversedAt!: Date | null;

  @Column('jsonb', { transformer: checkedAs(column.nullable(column.json(proofFile))), nullable: true })
  proof!: ProofFile | null;
}
