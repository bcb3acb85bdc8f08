import { Injectable, Logger } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { logArchiving, outboxBacklog, Transactions } from '#database';
import { JobsService } from '#jobs';
import { BusinessCalendar, Clock, instantOf } from '#kernel';
import { MeteringService } from '#metering';
import { MetricsService } from '#monitoring';
import { MonthEndService, ReconciliationRunsService } from '#statements';

/** A value, and the labels that it has. */
interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * What Prometheus learns of the park: the same from every controller, read from the database when it asks. A value that cannot be read,
 * as while the database is away, is left out; those of the process are shown all the same.
 */
@Injectable()
export class ParkMetrics {
  readonly #log = new Logger('metrics');

  constructor(
    private readonly metrics: MetricsService,
    private readonly clock: Clock,
    calendar: BusinessCalendar,
    transactions: Transactions,
    jobs: JobsService,
    metering: MeteringService,
    monthEnd: MonthEndService,
    reconciliations: ReconciliationRunsService,
  ) {
    this.#gauge('jobs', 'Jobs that have not ended, by state: Queued is the length of the queue', ['state'], async () =>
      [...(await jobs.counts(transactions.reader))].map(([state, value]) => ({ labels: { state }, value })),
    );
    this.#gauge(
      'metering_lag_seconds',
      'Time since the running job whose last charge is oldest was charged; 0 while none runs',
      [],
      async () => {
        const since = await metering.oldestTick(transactions.reader);
        return [{ value: since === undefined ? 0 : this.#secondsSince(since) }];
      },
    );
    this.#gauge('outbox_events_pending', 'Events that wait to be handled, also those that are tried again later', [], async () => {
      return [{ value: (await outboxBacklog(transactions.reader, clock.now())).pending }];
    });
    this.#gauge('outbox_overdue_seconds', 'Time since the event that is due longest became due; 0 where none is', [], async () => {
      const { oldestDueAt } = await outboxBacklog(transactions.reader, clock.now());
      return [{ value: oldestDueAt === null ? 0 : this.#secondsSince(instantOf(oldestDueAt)) }];
    });
    this.#gauge(
      'month_unclosed_seconds',
      'Time since the end of the oldest month that is over and not closed; 0 where all are',
      [],
      async () => {
        const [month] = await monthEnd.due(transactions.reader);
        return [{ value: month === undefined ? 0 : this.#secondsSince(calendar.endOf(month)) }];
      },
    );
    this.#gauge('reconciliation_differences', 'Open differences of nightly reconciliations without a known cause', [], async () => {
      return [{ value: Number((await reconciliations.summary(transactions.reader)).open) }];
    });
    this.#gauge('reconciliation_last_run_timestamp_seconds', 'When a night last reconciled; absent before the first', [], async () => {
      const { lastRunAt } = await reconciliations.summary(transactions.reader);
      return lastRunAt === null ? [] : [{ value: lastRunAt.getTime() / 1_000 }];
    });
    this.#gauge(
      'database_log_archived_timestamp_seconds',
      'When the database last archived a file of its write-ahead log; absent where it archives nothing',
      [],
      async () => {
        const archiving = await logArchiving(transactions.reader);
        return archiving === undefined ? [] : [{ value: (archiving.lastArchivedAt?.getTime() ?? 0) / 1_000 }];
      },
    );
    this.#gauge(
      'database_log_archive_failures',
      'Failed attempts of the database to archive a file of its write-ahead log; absent where it archives nothing',
      [],
      async () => {
        const archiving = await logArchiving(transactions.reader);
        return archiving === undefined ? [] : [{ value: Number(archiving.failures) }];
      },
    );
  }

  #secondsSince(instant: number): number {
    return Math.max(0, instantOf(this.clock.now()) - instant);
  }

  #gauge(name: string, help: string, labelNames: readonly string[], read: () => Promise<readonly Sample[]>): void {
    const log = this.#log;
    new Gauge({
      name: `speedspace_${name}`,
      help: `${help}. The same from every controller`,
      labelNames,
      registers: [this.metrics.registry],
      async collect() {
        this.reset();
        // `reset` leaves a 0 in a gauge without labels, which would mean that all is well.
        if (labelNames.length === 0) this.remove();
        try {
          for (const { labels = {}, value } of await read()) this.set(labels, value);
        } catch (error) {
          log.warn(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
        }
      },
    });
  }
}
