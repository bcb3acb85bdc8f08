import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CatalogService } from '#catalog';
import { ClusterService } from '#cluster';
import { Leadership, OUTBOX_TOPIC, Signals, Transactions } from '#database';
import { FUNDS_TOPIC } from '#grants';
import { JOBS_TOPIC } from '#jobs';
import { Clock } from '#kernel';
import { COMPANIES_TOPIC } from '#tenancy';
import { ControllerSettings } from './controller-settings.ts';
import { AdmissionLoop } from './loops/admission.loop.ts';
import { CompanyStatusLoop } from './loops/company-status.loop.ts';
import { LastSeenLoop } from './loops/last-seen.loop.ts';
import { MeteringLoop } from './loops/metering.loop.ts';
import { NotificationsLoop } from './loops/notifications.loop.ts';
import { WorkloadsLoop } from './loops/workloads.loop.ts';
import { PodCache } from './pod-cache.ts';
import { ClockCronJob } from './schedules/clock-cron-job.ts';
import { LeaderLoop } from './schedules/leader-loop.ts';
import { LoopMetrics } from './schedules/loop-metrics.ts';
import type { Schedule } from './schedules/schedule.ts';
import { ScheduleReports } from './schedules/schedule-reports.ts';
import { ScheduledMethods } from './schedules/scheduled-methods.ts';

/**
 * Starts and stops the schedules of a controller process: the methods with `@Cron` or `@Interval` and `@Leading`, and the loops that
 * events begin. All of them are in `SchedulerRegistry`.
 */
@Injectable()
export class Loops implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger('controller');
  readonly #stop = new AbortController();
  #loops: readonly LeaderLoop[] = [];
  #following: Promise<void> = Promise.resolve();

  constructor(
    private readonly admission: AdmissionLoop,
    private readonly workloads: WorkloadsLoop,
    private readonly metering: MeteringLoop,
    private readonly lastSeen: LastSeenLoop,
    private readonly companyStatus: CompanyStatusLoop,
    private readonly notifications: NotificationsLoop,
    private readonly methods: ScheduledMethods,
    private readonly registry: SchedulerRegistry,
    private readonly reports: ScheduleReports,
    private readonly metrics: LoopMetrics,
    private readonly pods: PodCache,
    private readonly cluster: ClusterService,
    private readonly catalog: CatalogService,
    private readonly transactions: Transactions,
    private readonly leadership: Leadership,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly settings: ControllerSettings,
  ) {}

  onApplicationBootstrap(): void {
    void this.#introduce();
    const schedules = [...this.#eventSchedules(), ...this.methods.find()];
    this.#loops = schedules.map((schedule) => this.#loopOf(schedule));
    const followers = this.#loops.filter(({ schedule: { trigger } }) => trigger.kind === 'event' && trigger.pods === true);
    this.pods.onChange(() => followers.forEach((loop) => loop.wake()));
    this.#following = this.pods.follow(this.#stop.signal).catch((error: unknown) => this.#log.error(error));
    for (const loop of this.#loops) {
      this.#register(loop);
      this.metrics.add(loop);
      loop.start();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await this.#following;
  }

  #eventSchedules(): Schedule[] {
    const { meteringTickSeconds, lastSeenSeconds } = this.settings;
    return [
      {
        name: 'admission',
        trigger: { kind: 'event', topics: [JOBS_TOPIC, COMPANIES_TOPIC, FUNDS_TOPIC], pods: true, milliseconds: 5_000 },
        turn: (term) => this.admission.turn(term),
      },
      {
        name: 'workloads',
        trigger: { kind: 'event', topics: [JOBS_TOPIC], pods: true, milliseconds: 2_000 },
        turn: (term) => this.workloads.turn(term),
      },
      {
        name: 'metering',
        trigger: { kind: 'event', topics: [FUNDS_TOPIC], milliseconds: meteringTickSeconds * 1_000 },
        turn: (term) => this.metering.turn(term),
      },
      {
        name: 'last-seen',
        trigger: { kind: 'event', topics: [], milliseconds: lastSeenSeconds * 1_000 },
        turn: (term) => this.lastSeen.turn(term),
      },
      {
        name: 'company-status',
        trigger: { kind: 'event', topics: [COMPANIES_TOPIC], milliseconds: 5_000 },
        turn: (term) => this.companyStatus.turn(term),
      },
      {
        name: 'notifications',
        trigger: { kind: 'event', topics: [OUTBOX_TOPIC], milliseconds: 5_000 },
        turn: (term) => this.notifications.turn(term),
      },
    ];
  }

  #loopOf(schedule: Schedule): LeaderLoop {
    return new LeaderLoop(schedule, this.leadership, this.signals, this.clock, (changed) => {
      this.reports.report(changed);
      this.metrics.observe(changed);
    });
  }

  #register(loop: LeaderLoop): void {
    const { name, trigger } = loop.schedule;
    if (trigger.kind === 'cron') this.registry.addCronJob(name, new ClockCronJob(trigger.expression, trigger.timeZone, loop, this.clock));
    else this.registry.addInterval(name, loop);
  }

  /** Logs what the cluster has. The loops wait for a cluster that does not answer yet. */
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
