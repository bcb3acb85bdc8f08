import { Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { ParkRole } from './domain/access.ts';
import { UserEntity } from './user.entity.ts';

/** A role for the park that a person has. */
@Entity('user_role')
export class UserRoleEntity {
  @PrimaryColumn('text')
  userId!: string;

  @PrimaryColumn('text')
  role!: ParkRole;

  @ManyToOne(() => UserEntity, (user) => user.parkRoles)
  @JoinColumn({ name: 'user_id' })
  user!: UserEntity;
}
