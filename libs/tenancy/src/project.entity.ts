import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A project of a company (rule P8). Jobs name it by its code, which never changes. */
@Entity('project')
@Unique(['companyId', 'code'])
export class ProjectEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  companyId!: string;

  /** DNS label, by which job files name it. */
  @Column('text')
  code!: string;

  @Column('text')
  title!: string;

  @Column('text', { nullable: true })
  purpose!: string | null;

  /** The model that it trains or serves. */
  @Column('text', { nullable: true })
  model!: string | null;

  /** 备案号 of the model. */
  @Column('text', { nullable: true })
  filingNumber!: string | null;

  @Column('timestamptz')
  createdAt!: Date;

  /** Since when no new job may name it. */
  @Column('timestamptz', { nullable: true })
  archivedAt!: Date | null;

  /** Counts changes. */
  @Column('integer')
  version!: number;
}
