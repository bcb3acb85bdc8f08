import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A company in a group of companies. A group exists as long as it has one. */
@Entity('limit_group_member')
export class LimitGroupMemberEntity {
  @PrimaryColumn('text')
  tenantId!: string;

  @Column('text')
  groupName!: string;
}
