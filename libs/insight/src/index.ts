/**
 * insight — what people look at to decide: usage by day and class and who paid for it, for how long funds last, how the cluster was used
 * and how long jobs waited, and what other terms would have paid. It reads sums that others keep, and never scans their history. It
 * must never charge, hold or decide anything.
 */
export type { BurnDownPoint } from './domain/burn-down.ts';
export type { ClassUsage, ProgrammeSpend, UsageSum } from './domain/usage-summary.ts';
export { InsightModule } from './insight.module.ts';
export { type BurnDown, type CompanyRunway, RunwayService } from './runway.service.ts';
export { USAGE_RESOLUTIONS, type UsageResolution } from './usage.queries.ts';
export { type CompanyUsage, type Months, type NamedSpend, type UsageReport, UsageService } from './usage.service.ts';
