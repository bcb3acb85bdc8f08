import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { Catalog } from './catalog.service.ts';

@Module({ imports: [AuditModule], providers: [Catalog], exports: [Catalog] })
export class CatalogModule {}
