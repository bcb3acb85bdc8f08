import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { Companies } from './companies.service.ts';
import { Invitations } from './invitations.service.ts';
import { Members } from './members.service.ts';

/** Needs the global `IdentityModule`, and a `Clock` from a global module of the app. */
@Module({ imports: [AuditModule], providers: [Companies, Members, Invitations], exports: [Companies, Members, Invitations] })
export class TenancyModule {}
