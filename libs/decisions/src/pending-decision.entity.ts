import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DecisionState, PendingDecision } from './domain/pending-decision.ts';

/** What one person proposed and another one must confirm. One decision of a kind is pending about a subject at a time. */
@Entity('pending_decision')
@Index('pending_decision_subject', ['kind', 'subject'], { unique: true, where: "(state = 'pending'::text)" })
export class PendingDecisionEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  subject!: string;

  @Column('text', { nullable: true })
  tenantId!: string | null;

  @Column('text', { nullable: true })
  favours!: string | null;

  @Column('jsonb')
  payload!: object;

  @Column('text')
  summary!: string;

  @Column('text')
  reason!: string;

  @Column('jsonb')
  proposedBy!: PendingDecision['proposedBy'];

  @Column('timestamptz')
  proposedAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;

  /** A decision past its end reads as expired, also while this says `pending`. */
  @Column('text')
  state!: DecisionState;

  @Column('jsonb', { nullable: true })
  decidedBy!: PendingDecision['decidedBy'] | null;

  @Column('timestamptz', { nullable: true })
  decidedAt!: Date | null;

  @Column('text', { nullable: true })
  comment!: string | null;
}
