import { Entity, PrimaryColumn } from 'typeorm';
import type { ParkRole } from './domain/access.ts';

/** A role for the park that a person has. */
@Entity('user_role')
export class UserRoleEntity {
  @PrimaryColumn('text')
  userId!: string;

  @PrimaryColumn('text')
  role!: ParkRole;
}
