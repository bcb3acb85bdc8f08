import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsService } from './decisions.service.ts';
import { ParkRolesService } from './park-roles.service.ts';

/** Needs the global `IdentityModule`. Modules whose acts take two people import it and register their kinds. */
@Module({ imports: [AuditModule], providers: [DecisionsService, ParkRolesService], exports: [DecisionsService, ParkRolesService] })
export class DecisionsModule {}
