import { Module } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { GrantsModule } from '#grants';
import { InsightModule } from '#insight';
import { TenancyModule } from '#tenancy';
import { ClusterController } from './cluster.controller.ts';
import { RunwayController } from './runway.controller.ts';
import { UsageController } from './usage.controller.ts';
import { UtilisationController } from './utilisation.controller.ts';
import { WhatIfController } from './what-if.controller.ts';

/** Needs the global `JobsModule`. */
@Module({
  imports: [CatalogModule, GrantsModule, InsightModule, TenancyModule],
  controllers: [UsageController, RunwayController, UtilisationController, ClusterController, WhatIfController],
})
export class InsightApiModule {}
