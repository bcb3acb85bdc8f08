import { type DynamicModule, Module } from '@nestjs/common';
import { GpuMetricsService, Prometheus } from './gpu-metrics.service.ts';
import type { PrometheusSettings } from './prometheus-settings.ts';

/** GPU metrics of jobs, for the whole application. Needs a `Clock` from a global module of the app. */
@Module({})
export class GpuMetricsModule {
  /** @param settings absent: there are no metrics */
  static forRoot(settings: PrometheusSettings | undefined): DynamicModule {
    return {
      module: GpuMetricsModule,
      global: true,
      providers: [GpuMetricsService, { provide: Prometheus, useValue: new Prometheus(settings) }],
      exports: [GpuMetricsService],
    };
  }
}
