import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { z } from 'zod';
import { checkedAs, column } from '#database';
import { type BasisPoints, type Unit, UNITS } from '#kernel';
import { PROGRAMME_STATUSES, type Programme, type ProgrammeStatus, type RequiredAttachment } from './domain/programme.ts';

const requiredAttachments = column.json(z.array(z.object({ kind: z.string(), name: z.string() })));

/** A programme with its present terms. */
@Entity('programme')
@Unique(['code'])
export class ProgrammeEntity implements Programme {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  code!: string;

  @Column('text')
  name!: string;

  @Column('text')
  funder!: string;

  @Column('text', { transformer: checkedAs(column.oneOf(UNITS)) })
  unit!: Unit;

  @Column('integer', { transformer: checkedAs((value) => BigInt(column.integer(value))) })
  coverageBp!: BasisPoints;

  @Column('integer')
  priority!: number;

  @Column('text', { array: true })
  classes!: readonly string[];

  @Column('bigint', { nullable: true })
  monthlyCapPerTenant!: bigint | null;

  @Column('bigint', { nullable: true })
  capPerTenant!: bigint | null;

  @Column('boolean')
  carryOver!: boolean;

  @Column('text', { transformer: checkedAs(column.oneOf(PROGRAMME_STATUSES)) })
  status!: ProgrammeStatus;

  @Column('timestamptz')
  validFrom!: Date;

  @Column('timestamptz')
  validUntil!: Date;

  @Column('timestamptz', { nullable: true })
  applicationFrom!: Date | null;

  @Column('timestamptz', { nullable: true })
  applicationUntil!: Date | null;

  @Column('jsonb', { transformer: checkedAs(requiredAttachments) })
  requiredAttachments!: readonly RequiredAttachment[];

  @Column('bigint', { nullable: true })
  secondApprovalAbove!: bigint | null;

  @Column('integer')
  reviewDays!: number;

  @Column('integer')
  decisionDays!: number;

  /** Grows by one with each change. */
  @Column('integer', { default: 1 })
  version!: number;
}
