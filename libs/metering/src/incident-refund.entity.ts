import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What was credited back to one attempt for an incident (rule M8). An attempt has one refund that is not reversed. */
@Entity('incident_refund')
@Index('incident_refund_standing', ['admissionId'], { unique: true, where: '(reversed_at IS NULL)' })
export class IncidentRefundEntity {
  @PrimaryColumn('text')
  incidentId!: string;

  @PrimaryColumn('text')
  admissionId!: string;

  @Column('text')
  jobId!: string;

  @Column('text')
  tenantId!: string;

  /** The last checkpoint, or the start of the first pod. */
  @Column('timestamptz')
  since!: Date;

  @Column('boolean')
  fromCheckpoint!: boolean;

  @Column('bigint')
  gpuSeconds!: bigint;

  /** When it was taken back, because it had been made by mistake. */
  @Column('timestamptz', { nullable: true })
  reversedAt!: Date | null;
}
