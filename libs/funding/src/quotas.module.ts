import { Module } from '@nestjs/common';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { QuotasService } from './quotas.service.ts';

/** The quota view, for those who show it to people. */
@Module({ imports: [GrantsModule, ProgrammesModule], providers: [QuotasService], exports: [QuotasService] })
export class QuotasModule {}
