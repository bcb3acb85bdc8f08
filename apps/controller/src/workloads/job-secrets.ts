import { Injectable } from '@nestjs/common';
import { ClusterService, type Workload } from '#cluster';
import { Transactions } from '#database';
import { cannotStart, type DecidedAttempt, faultsOfSecrets, type Job, secretReferences, secretsMissing } from '#jobs';
import { type Instant } from '#kernel';
import { ClusterSecretsService, SecretsService, SecretValuesService } from '#secrets';

interface Placed {
  readonly job: Job;
  readonly workload: Workload;
}

/** Gives the secrets that jobs name to the cluster, before their pods are created. */
@Injectable()
export class JobSecrets {
  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly secrets: SecretsService,
    private readonly values: SecretValuesService,
    private readonly inCluster: ClusterSecretsService,
  ) {}

  /** The ends of those attempts that name a secret which is not there any more, or is of another kind by now. */
  async missing(placed: readonly Placed[], at: Instant): Promise<DecidedAttempt[]> {
    const ends: DecidedAttempt[] = [];
    for (const { job } of placed) {
      const references = secretReferences(job.spec);
      if (references.length === 0) continue;
      const names = references.map(({ name }) => name);
      const faults = faultsOfSecrets(references, await this.secrets.named(this.transactions.reader, job.tenantId, names));
      if (faults.length > 0) ends.push({ jobId: job.id, attempt: job.attempt, end: { ...cannotStart(secretsMissing(faults)), at } });
    }
    return ends;
  }

  /**
   * Applies the secrets that the job names, whatever the cluster has of them.
   * @throws DomainError `secrets.key-missing`, and those of the cluster
   */
  async provide({ job, workload }: Placed): Promise<void> {
    const names = secretReferences(job.spec).map(({ name }) => name);
    if (names.length === 0) return;
    const opened = await this.values.open(this.transactions.reader, job.tenantId, names);
    await this.transactions.run(async (tx) => {
      for (const secret of opened) await this.inCluster.applied(tx, secret);
      await this.secrets.recordUses(
        tx,
        opened.map(({ id }) => ({ secretId: id, jobId: job.id })),
      );
    });
    for (const secret of opened) await this.cluster.secrets.apply(workload.tenant, secret);
  }
}
