import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many GPUs of a class a group of companies, or the park, may use at once (rule S2). At least one of the two numbers is set. */
@Entity('group_limit')
export class GroupLimitEntity {
  /** `park`, or the name of a group. */
  @PrimaryColumn('text')
  groupName!: string;

  @PrimaryColumn('text')
  gpuClass!: string;

  @Column('integer', { nullable: true })
  maxGpus!: number | null;

  @Column('integer', { nullable: true })
  share!: number | null;
}
