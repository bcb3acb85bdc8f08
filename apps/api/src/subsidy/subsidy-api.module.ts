import { type DynamicModule, Module } from '@nestjs/common';
import { DecisionsModule } from '#decisions';
import { QuotasModule } from '#funding';
import { ApplicationsModule, ProgrammeThresholdsService, type S3Settings, SubsidyModule } from '#subsidy';
import { TenancyModule } from '#tenancy';
import { ApplicationsController } from './applications.controller.ts';
import { AttachmentsController } from './attachments.controller.ts';
import { GrantsController } from './grants.controller.ts';
import { ProgrammesController } from './programmes.controller.ts';
import { QuotasController } from './quotas.controller.ts';

@Module({})
export class SubsidyApiModule {
  static with(bucket: S3Settings | undefined): DynamicModule {
    return {
      module: SubsidyApiModule,
      imports: [DecisionsModule, QuotasModule, SubsidyModule, ApplicationsModule.with(bucket), TenancyModule],
      providers: [ProgrammeThresholdsService],
      controllers: [ProgrammesController, ApplicationsController, AttachmentsController, GrantsController, QuotasController],
    };
  }
}
