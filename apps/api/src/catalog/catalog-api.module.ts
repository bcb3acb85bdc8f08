import { Module } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { GpuClassesController } from './gpu-classes.controller.ts';

@Module({ imports: [CatalogModule], controllers: [GpuClassesController] })
export class CatalogApiModule {}
