import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { ConcurrencyLimitsService } from './concurrency-limits.service.ts';

/** The limits that the pure cycle is given. */
@Module({ imports: [AuditModule, CatalogModule], providers: [ConcurrencyLimitsService], exports: [ConcurrencyLimitsService] })
export class SchedulingModule {}
