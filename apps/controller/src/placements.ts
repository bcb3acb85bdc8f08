import { Injectable } from '@nestjs/common';
import { Catalog } from '#catalog';
import type { Workload } from '#cluster';
import { Transactions } from '#database';
import { type Job, Jobs, JobSettings, replicaShape } from '#jobs';
import { Companies } from '#tenancy';

/** Gathers what the Kubernetes objects of a job's present attempt are made of. */
@Injectable()
export class Placements {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly companies: Companies,
    private readonly catalog: Catalog,
    private readonly settings: JobSettings,
  ) {}

  async of(job: Job): Promise<Workload> {
    const tx = this.transactions.reader;
    const [company, gpuClass, nodes] = await Promise.all([
      this.companies.get(tx, job.tenantId),
      this.catalog.class(tx, job.gpuClass),
      this.jobs.placements(tx, [job.id]),
    ]);
    return {
      jobId: job.id,
      attempt: job.attempt,
      tenant: { id: company.id, slug: company.slug },
      spec: job.spec,
      replica: replicaShape(job.spec, this.settings),
      gpuClass,
      nodes: [...new Set(nodes.get(job.id) ?? [])],
    };
  }
}
