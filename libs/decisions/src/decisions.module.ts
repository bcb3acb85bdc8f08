import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { Decisions } from './decisions.service.ts';
import { ParkRoles } from './park-roles.service.ts';

/** Needs the global `IdentityModule`. Modules whose acts take two people import it and register their kinds. */
@Module({ imports: [AuditModule], providers: [Decisions, ParkRoles], exports: [Decisions, ParkRoles] })
export class DecisionsModule {}
