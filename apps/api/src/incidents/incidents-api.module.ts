import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsModule } from '#decisions';
import { FundingModule } from '#funding';
import { type JobSettings, JobsModule } from '#jobs';
import { IncidentsService, RefundReversalsService } from '#metering';
import { IncidentsController } from './incidents.controller.ts';

@Module({})
export class IncidentsApiModule {
  static register(settings: JobSettings): DynamicModule {
    return {
      module: IncidentsApiModule,
      imports: [AuditModule, DecisionsModule, FundingModule, JobsModule.register(settings)],
      controllers: [IncidentsController],
      providers: [IncidentsService, RefundReversalsService],
    };
  }
}
