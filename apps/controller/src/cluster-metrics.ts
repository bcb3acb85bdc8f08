import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { ClusterChecks, type ClusterFindings } from '#cluster';
import { MetricsService } from '#monitoring';

/** What Prometheus learns of the account by which this process works on the cluster, and of the cluster's clock. */
@Injectable()
export class ClusterMetrics {
  constructor(metrics: MetricsService, checks: ClusterChecks) {
    const gauge = (name: string, help: string, valueOf: (findings: ClusterFindings) => number | undefined): Gauge =>
      new Gauge({
        name: `speedspace_cluster_${name}`,
        help,
        registers: [metrics.registry],
        collect() {
          const value = checks.findings && valueOf(checks.findings);
          if (value !== undefined) this.set(value);
        },
      });
    gauge('missing_rights', 'Rights that the account of this process lacks in the cluster', ({ missingRights }) => missingRights.length);
    gauge(
      'clock_error_seconds',
      'Seconds by which the clock of the API server is ahead of that of this process; negative: behind',
      (found) => Math.round(found.clockErrorSeconds),
    );
    gauge('credentials_expiry_timestamp_seconds', 'When the credentials for the cluster expire, where they show it', (found) =>
      found.credentialsExpireAt === undefined ? undefined : Math.floor(found.credentialsExpireAt.getTime() / 1_000),
    );
  }
}
