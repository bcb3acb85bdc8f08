import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CatalogService } from '#catalog';
import { ClusterService } from '#cluster';
import { Leadership, Signals, Transactions } from '#database';
import { Clock } from '#kernel';
import { JOBS_TOPIC } from '#jobs';
import { FUNDS_TOPIC } from '#grants';
import { COMPANIES_TOPIC } from '#tenancy';
import { ControllerSettings } from './controller-settings.ts';
import { AdmissionLoop } from './loops/admission.loop.ts';
import { AuditHeadLoop } from './loops/audit-head.loop.ts';
import { CleanUpLoop } from './loops/clean-up.loop.ts';
import { LapsesLoop } from './loops/lapses.loop.ts';
import { LeaderLoop, type LoopPlan } from './loops/leader-loop.ts';
import { MeteringLoop } from './loops/metering.loop.ts';
import { OrphansLoop } from './loops/orphans.loop.ts';
import { RemindersLoop } from './loops/reminders.loop.ts';
import { CompanyStatusLoop } from './loops/company-status.loop.ts';
import { LastSeenLoop } from './loops/last-seen.loop.ts';
import { MonthEndLoop } from './loops/month-end.loop.ts';
import { WorkloadsLoop } from './loops/workloads.loop.ts';
import { PodCache } from './pod-cache.ts';

/** Starts and stops the loops of a controller process. */
@Injectable()
export class Loops implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger('controller');
  readonly #stop = new AbortController();
  readonly #loops: LeaderLoop[];
  #following: Promise<void> = Promise.resolve();

  constructor(
    admission: AdmissionLoop,
    workloads: WorkloadsLoop,
    metering: MeteringLoop,
    readings: LastSeenLoop,
    lapses: LapsesLoop,
    reminders: RemindersLoop,
    standing: CompanyStatusLoop,
    monthEnd: MonthEndLoop,
    orphans: OrphansLoop,
    cleanUp: CleanUpLoop,
    auditHead: AuditHeadLoop,
    private readonly pods: PodCache,
    private readonly cluster: ClusterService,
    private readonly catalog: CatalogService,
    private readonly transactions: Transactions,
    leadership: Leadership,
    signals: Signals,
    clock: Clock,
    settings: ControllerSettings,
  ) {
    const plans: LoopPlan[] = [
      {
        name: 'admission',
        everyMilliseconds: 5_000,
        wakeOn: [JOBS_TOPIC, COMPANIES_TOPIC, FUNDS_TOPIC],
        turn: (term) => admission.turn(term),
      },
      { name: 'workloads', everyMilliseconds: 2_000, wakeOn: [JOBS_TOPIC], turn: (term) => workloads.turn(term) },
      {
        name: 'metering',
        everyMilliseconds: settings.meteringTickSeconds * 1_000,
        wakeOn: [FUNDS_TOPIC],
        turn: (term) => metering.turn(term),
      },
      { name: 'sightings', everyMilliseconds: settings.lastSeenSeconds * 1_000, wakeOn: [], turn: (term) => readings.turn(term) },
      { name: 'lapses', everyMilliseconds: 60_000, wakeOn: [], turn: (term) => lapses.turn(term) },
      { name: 'reminders', everyMilliseconds: 60_000, wakeOn: [], turn: (term) => reminders.turn(term) },
      { name: 'standing', everyMilliseconds: 5_000, wakeOn: [COMPANIES_TOPIC], turn: (term) => standing.turn(term) },
      { name: 'orphans', everyMilliseconds: 600_000, wakeOn: [], turn: (term) => orphans.turn(term) },
      { name: 'audit head', everyMilliseconds: 600_000, wakeOn: [], turn: (term) => auditHead.turn(term) },
      { name: 'clean-up', everyMilliseconds: 600_000, wakeOn: [], turn: (term) => cleanUp.turn(term) },
      { name: 'month end', everyMilliseconds: 600_000, wakeOn: [], turn: (term) => monthEnd.turn(term) },
    ];
    this.#loops = plans.map((plan) => new LeaderLoop(plan, leadership, signals, clock));
  }

  onApplicationBootstrap(): void {
    void this.#introduce();
    this.pods.onChange(() => this.#loops.slice(0, 2).forEach((loop) => loop.wake()));
    this.#following = this.pods.follow(this.#stop.signal).catch((error: unknown) => this.#log.error(error));
    for (const loop of this.#loops) loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.#following;
  }

  /** Says what the cluster has; a cluster that does not answer yet is said plainly, and waited for by the loops. */
  async #introduce(): Promise<void> {
    try {
      const { version, kueue, metrics, classes } = await this.cluster.features(await this.catalog.classes(this.transactions.reader));
      const found = [`GPU classes ${classes.join(', ') || 'none'}`, kueue ? 'Kueue' : 'no Kueue', metrics ? 'metrics' : 'no metrics'];
      this.#log.log(`the cluster runs Kubernetes ${version}: ${found.join(', ')}`);
    } catch (error) {
      this.#log.warn(`the cluster does not answer yet: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
