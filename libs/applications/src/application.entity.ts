import { Column, Entity, PrimaryColumn } from 'typeorm';
import { z } from 'zod';
import { checkedAs, column } from '#database';
import { APPLICATION_KINDS, APPLICATION_STATUSES, type ApplicationKind, type ApplicationStatus } from './domain/application.ts';

/** What was in force at submission; amounts are text, because JSON has no bigint. */
const submission = z.object({ secondApprovalAbove: z.string().nullable(), members: z.array(z.string()) });
type Submission = z.output<typeof submission>;

/** The step of which a company's or the park's people were reminded. */
const REMINDED = ['due-soon', 'overdue'] as const;

/** An application, with the decisions of its present round. */
@Entity('application')
export class ApplicationEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { transformer: checkedAs(column.oneOf(APPLICATION_KINDS)) })
  kind!: ApplicationKind;

  @Column('text')
  programmeId!: string;

  @Column('text')
  tenantId!: string;

  @Column('text', { nullable: true })
  grantId!: string | null;

  @Column('text', { transformer: checkedAs(column.oneOf(APPLICATION_STATUSES)) })
  status!: ApplicationStatus;

  @Column('integer')
  round!: number;

  @Column('text')
  purpose!: string;

  @Column('text')
  plan!: string;

  @Column('text')
  contactName!: string;

  @Column('text')
  contactPhone!: string;

  @Column('bigint', { nullable: true })
  amount!: bigint | null;

  @Column('timestamptz', { nullable: true })
  validFrom!: Date | null;

  @Column('timestamptz', { nullable: true })
  validUntil!: Date | null;

  @Column('text', { nullable: true })
  submittedBy!: string | null;

  @Column('timestamptz', { nullable: true })
  submittedAt!: Date | null;

  @Column('jsonb', { nullable: true, transformer: checkedAs(column.json(submission)) })
  submission!: Submission | null;

  /** What a proposed claw-back keeps held of its grant. */
  @Column('bigint', { default: 0 })
  heldAmount!: bigint;

  @Column('text', { nullable: true })
  recommendedBy!: string | null;

  @Column('bigint', { nullable: true })
  recommendedAmount!: bigint | null;

  @Column('timestamptz', { nullable: true })
  recommendedValidUntil!: Date | null;

  @Column('text', { nullable: true })
  endorsedBy!: string | null;

  @Column('bigint', { nullable: true })
  endorsedAmount!: bigint | null;

  @Column('timestamptz', { nullable: true })
  endorsedValidUntil!: Date | null;

  @Column('text', { nullable: true })
  approvedBy!: string | null;

  @Column('bigint', { nullable: true })
  approvedAmount!: bigint | null;

  @Column('timestamptz', { nullable: true })
  approvedValidUntil!: Date | null;

  @Column('timestamptz', { nullable: true })
  dueAt!: Date | null;

  @Column('text', { nullable: true, transformer: checkedAs(column.oneOf(REMINDED)) })
  reminded!: (typeof REMINDED)[number] | null;

  @Column('timestamptz', { nullable: true })
  decidedAt!: Date | null;

  @Column('text')
  createdBy!: string;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  updatedAt!: Date;

  @Column('integer')
  version!: number;
}
