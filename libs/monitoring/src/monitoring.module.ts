import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { MigrationClass } from '#database';
import { MetricsService } from './metrics.service.ts';
import { ProbesService, RELEASE_MIGRATIONS } from './probes.service.ts';

@Module({})
export class MonitoringModule {
  /** @param migrations of this release: a process is not ready on a schema that lacks one */
  static register(migrations: readonly MigrationClass[]): DynamicModule {
    return {
      module: MonitoringModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      providers: [{ provide: RELEASE_MIGRATIONS, useValue: migrations.map(({ name }) => name) }, MetricsService, ProbesService],
      exports: [MetricsService, ProbesService],
    };
  }
}
