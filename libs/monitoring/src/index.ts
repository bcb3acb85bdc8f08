/**
 * monitoring — health for probes (@nestjs/terminus) and metrics for Prometheus (prom-client), the same in every process that serves HTTP.
 * It owns no table and must never put a tenant's data into a label.
 */
export { MetricsService } from './metrics.service.ts';
export { MonitoringModule } from './monitoring.module.ts';
export { type Dependency, ProbesService } from './probes.service.ts';
