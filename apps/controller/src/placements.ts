import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import type { Workload } from '#cluster';
import { Transactions } from '#database';
import { invariant } from '#kernel';
import { imagePullPolicy, type Job, JobSettings, podAnnotations, replicaShape, retriesLeft } from '#jobs';
import { CompaniesService } from '#tenancy';

/** Collects what the Kubernetes objects of the jobs' current attempts need. */
@Injectable()
export class Placements {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly catalog: CatalogService,
    private readonly settings: JobSettings,
  ) {}

  /** The workloads in the order of `jobs`. Two statements read all of them. */
  async of(jobs: readonly Job[]): Promise<{ readonly job: Job; readonly workload: Workload }[]> {
    if (jobs.length === 0) return [];
    const tx = this.transactions.reader;
    const companies = await this.companies.byIds(tx, [...new Set(jobs.map((job) => job.tenantId))]);
    const classes = new Map((await this.catalog.classes(tx)).map((gpuClass) => [gpuClass.code, gpuClass]));
    return jobs.map((job) => {
      const [company, gpuClass] = [companies.get(job.tenantId), classes.get(job.gpuClass)];
      invariant(company !== undefined && gpuClass !== undefined, `${job.id} has a company and a class`);
      const { attempt } = job;
      const spec = { ...job.spec, annotations: podAnnotations(job.spec, this.settings), retries: retriesLeft(job) };
      const tenant = { id: company.id, slug: company.slug };
      const replica = replicaShape(spec, this.settings);
      const pull = imagePullPolicy(spec, this.settings);
      return {
        job,
        workload: { jobId: job.id, attempt, tenant, spec, replica, gpuClass, imagePullPolicy: pull, nodes: job.placement ?? [] },
      };
    });
  }
}
