import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogService } from './catalog.service.ts';

@Module({ imports: [AuditModule], providers: [CatalogService], exports: [CatalogService] })
export class CatalogModule {}
