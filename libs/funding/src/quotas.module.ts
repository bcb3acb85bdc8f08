import { Module } from '@nestjs/common';
import { SubsidyModule } from '#subsidy';
import { Quotas } from './quotas.service.ts';

/** The quota view, for those who show it to people. */
@Module({ imports: [SubsidyModule], providers: [Quotas], exports: [Quotas] })
export class QuotasModule {}
