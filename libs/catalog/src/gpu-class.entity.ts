import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Toleration } from './domain/toleration.ts';

/** A GPU class. */
@Entity('gpu_class')
export class GpuClassEntity {
  @PrimaryColumn('text')
  code!: string;

  @Column('text')
  name!: string;

  @Column('text')
  vendor!: string;

  @Column('text')
  resourceName!: string;

  @Column('jsonb')
  nodeSelector!: Record<string, string>;

  @Column('text', { nullable: true })
  runtimeClassName!: string | null;

  @Column('jsonb')
  tolerations!: readonly Toleration[];

  @Column('integer')
  gpusPerNode!: number;

  @Column('integer')
  weight!: number;

  @Column('boolean')
  active!: boolean;

  /** Counts changes. */
  @Column('integer')
  version!: number;

  @Column('timestamptz')
  createdAt!: Date;
}
