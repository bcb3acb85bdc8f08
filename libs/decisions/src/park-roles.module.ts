import { Module } from '@nestjs/common';
import { DecisionsModule } from './decisions.module.ts';
import { ParkRolesService } from './park-roles.service.ts';

/** Roles for the park. Needs the global `IdentityModule`. */
@Module({ imports: [DecisionsModule], providers: [ParkRolesService], exports: [ParkRolesService] })
export class ParkRolesModule {}
