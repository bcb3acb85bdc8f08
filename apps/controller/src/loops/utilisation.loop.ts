import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { CatalogService } from '#catalog';
import { ClusterService } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { sampleUtilisation, UtilisationService } from '#insight';
import { JobsService } from '#jobs';
import { Clock, instantOf } from '#kernel';
import { Leading } from '../schedules/leading.decorator.ts';

/** Samples every five minutes how the GPUs are used and how long jobs wait. Without an answer of the cluster there is no sample. */
@Injectable()
export class UtilisationLoop {
  constructor(
    private readonly transactions: Transactions,
    private readonly catalog: CatalogService,
    private readonly cluster: ClusterService,
    private readonly jobs: JobsService,
    private readonly utilisation: UtilisationService,
    private readonly clock: Clock,
  ) {}

  @Cron('0 */5 * * * *')
  @Leading('utilisation')
  async sample(term: LeaderTerm): Promise<void> {
    const tx = this.transactions.reader;
    const classes = await this.catalog.classes(tx);
    const nodes = await this.cluster.nodes.statuses(classes, instantOf(this.clock.now()));
    const [active, queued] = [await this.jobs.active(tx), await this.jobs.queue(tx)];
    const at = instantOf(this.clock.now());
    const samples = sampleUtilisation(
      classes.map(({ code }) => code),
      nodes,
      active,
      queued,
      at,
    );
    await this.transactions.run(async (writing) => {
      await term.fence(writing);
      await this.utilisation.keep(writing, samples, at);
    });
  }
}
