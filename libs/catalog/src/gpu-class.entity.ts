import { Column, Entity, PrimaryColumn } from 'typeorm';

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
