import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import type { HealthCheckResult } from '@nestjs/terminus';
import { ClusterChecks, ClusterService } from '#cluster';
import { DomainError } from '#kernel';
import { ProbesService } from '#monitoring';
import { PodCache } from '../pod-cache.ts';

/** For probes. */
@Controller()
export class HealthController {
  constructor(
    private readonly probes: ProbesService,
    private readonly cluster: ClusterService,
    private readonly checks: ClusterChecks,
    private readonly pods: PodCache,
  ) {}

  @Get('healthz')
  async alive(): Promise<HealthCheckResult> {
    return await this.probes.alive();
  }

  /** Ready once the pods were listed, and as long as database and cluster answer, our account has its rights and the clocks agree. */
  @Get('readyz')
  async ready(): Promise<HealthCheckResult> {
    try {
      return await this.probes.ready([{ name: 'cluster', check: () => this.#checkCluster() }]);
    } catch (error) {
      throw error instanceof DomainError ? new ServiceUnavailableException(error.detail) : error;
    }
  }

  async #checkCluster(): Promise<void> {
    try {
      await this.cluster.pods.version();
    } catch (error) {
      const expired = this.checks.expiredCredentials();
      throw expired === undefined ? error : new Error(expired, { cause: error });
    }
    if (!this.pods.synced) throw new Error('the pods of the cluster are not listed yet');
    const problems = await this.checks.problems();
    if (problems.length > 0) throw new Error(problems.join(' '));
  }
}
