import { Module } from '@nestjs/common';
import { SchedulingModule } from '#scheduling';
import { CompaniesModule } from '#tenancy';
import { ScheduleController } from './schedule.controller.ts';

@Module({ imports: [SchedulingModule, CompaniesModule], controllers: [ScheduleController] })
export class ScheduleApiModule {}
