import { Module } from '@nestjs/common';
import { ApplicationsModule } from '#applications';
import { QuotasModule } from '#funding';
import { GrantsModule } from '#grants';
import { InsightModule } from '#insight';
import { SchedulingModule } from '#scheduling';
import { TenancyModule } from '#tenancy';
import { GrantsController } from './grants.controller.ts';
import { LimitsController } from './limits.controller.ts';
import { QuotasController } from './quotas.controller.ts';

@Module({
  imports: [ApplicationsModule, GrantsModule, InsightModule, QuotasModule, SchedulingModule, TenancyModule],
  controllers: [GrantsController, LimitsController, QuotasController],
})
export class GrantsApiModule {}
