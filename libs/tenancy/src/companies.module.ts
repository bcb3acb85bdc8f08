import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CompaniesService } from './companies.service.ts';

/** The companies alone, for processes in which nobody signs in. Needs a `Clock` from a global module of the app. */
@Module({ imports: [AuditModule], providers: [CompaniesService], exports: [CompaniesService] })
export class CompaniesModule {}
