import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { Companies } from './companies.service.ts';

/** Needs a `Clock` from a global module of the app. */
@Module({ imports: [AuditModule], providers: [Companies], exports: [Companies] })
export class TenancyModule {}
