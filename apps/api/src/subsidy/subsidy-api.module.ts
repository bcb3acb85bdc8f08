import { Module } from '@nestjs/common';
import { ApplicationsModule, SubsidyModule } from '#subsidy';
import { TenancyModule } from '#tenancy';
import { ApplicationsController } from './applications.controller.ts';
import { AttachmentsController } from './attachments.controller.ts';
import { GrantsController } from './grants.controller.ts';
import { ProgrammesController } from './programmes.controller.ts';
import { QuotasController } from './quotas.controller.ts';

@Module({
  imports: [SubsidyModule, ApplicationsModule, TenancyModule],
  controllers: [ProgrammesController, ApplicationsController, AttachmentsController, GrantsController, QuotasController],
})
export class SubsidyApiModule {}
