import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ClusterService } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { ClusterSecretsService, type DueSecret, SecretValuesService } from '#secrets';
import { CompaniesService } from '#tenancy';
import { Leading } from '../schedules/leading.decorator.ts';
import { ClusterCalls } from '../workloads/cluster-calls.ts';

/**
 * Keeps Kubernetes Secrets in step with the secrets of companies: applies those that were replaced, deletes those of deleted secrets. Seals
 * again what is under an older key.
 */
@Injectable()
export class SecretsLoop {
  readonly #log = new Logger('secrets');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly companies: CompaniesService,
    private readonly values: SecretValuesService,
    private readonly inCluster: ClusterSecretsService,
  ) {}

  @Interval(5_000)
  @Leading('secrets')
  async reconcile(term: LeaderTerm): Promise<void> {
    const due = await this.inCluster.due(this.transactions.reader);
    const subjectOf = ({ tenantId, id }: DueSecret) => ({ tenant: tenantId, object: id });
    await this.calls.forEach(term, 'reconcile the secret', due, subjectOf, (secret) => this.#reconcile(term, secret));
    await this.#reseal(term);
  }

  async #reconcile(term: LeaderTerm, due: DueSecret): Promise<void> {
    const company = await this.companies.get(this.transactions.reader, due.tenantId);
    if (due.deleted) {
      await this.cluster.secrets.delete(company, due.name);
      await this.transactions.run(async (tx) => {
        await term.fence(tx);
        await this.inCluster.gone(tx, due);
      });
      return;
    }
    const [secret] = await this.values.open(this.transactions.reader, due.tenantId, [due.name]);
    if (secret === undefined) return;
    await this.cluster.secrets.apply(company, secret);
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      await this.inCluster.applied(tx, secret);
    });
  }

  async #reseal(term: LeaderTerm): Promise<void> {
    const resealed = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return await this.values.reseal(tx);
    });
    if (resealed > 0) this.#log.log(`sealed ${resealed} secrets again under the present key`);
  }
}
