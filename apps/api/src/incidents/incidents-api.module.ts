import { Module } from '@nestjs/common';
import { MeteringModule } from '#metering';
import { IncidentsController } from './incidents.controller.ts';

@Module({ imports: [MeteringModule], controllers: [IncidentsController] })
export class IncidentsApiModule {}
