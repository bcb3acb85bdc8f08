/**
 * insight — what people look at to decide: usage by day and class and who paid for it, for how long funds last, how the cluster was used
 * and how long jobs waited, and what other terms would have paid. It reads sums that others keep, and never scans their history. It
 * must never charge, hold or decide anything. It owns the tables `utilisation` and `utilisation_share`.
 */
export type { BurnDownPoint } from './domain/burn-down.ts';
export { type GpuHolder, type NodeCells, type NodeState, type NodeView, nodeViews } from './domain/cluster-nodes.ts';
export type { ClassUsage, ProgrammeSpend, UsageSum } from './domain/usage-summary.ts';
export { type ClassSample, sampleUtilisation } from './domain/utilisation-sample.ts';
export type { PriceChange, ProgrammeChange, WhatIfChanges } from './domain/what-if.ts';
export { InsightModule } from './insight.module.ts';
export { type BurnDown, type CompanyRunway, RunwayService, type SourceRunway } from './runway.service.ts';
export { USAGE_RESOLUTIONS, type UsageResolution } from './usage.queries.ts';
export { type CompanyUsage, type Months, type NamedSpend, type UsageReport, UsageService } from './usage.service.ts';
export { deleteOldUtilisation, UTILISATION_RESOLUTIONS, type UtilisationResolution } from './utilisation.queries.ts';
export { type WhatIf, type WhatIfSums, WhatIfService } from './what-if.service.ts';
export {
  type CompanyShare,
  type UtilisationHistory,
  type UtilisationPoint,
  type UtilisationQuery,
  UtilisationService,
} from './utilisation.service.ts';
export { GpuMetricsModule } from './gpu-metrics/gpu-metrics.module.ts';
export { GpuMetricsService, type JobGpuMetrics } from './gpu-metrics/gpu-metrics.service.ts';
export { prometheusEnvironment, type PrometheusSettings, prometheusSettingsOf } from './gpu-metrics/prometheus-settings.ts';
