import { Module } from '@nestjs/common';
import { SubsidyModule } from '#subsidy';
import { QuotasService } from './quotas.service.ts';

/** The quota view, for those who show it to people. */
@Module({ imports: [SubsidyModule], providers: [QuotasService], exports: [QuotasService] })
export class QuotasModule {}
