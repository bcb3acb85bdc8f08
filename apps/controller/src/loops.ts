import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CatalogService } from '#catalog';
import { ClusterService, NodeCache } from '#cluster';
import { Leadership, Signals, Transactions } from '#database';
import { Clock } from '#kernel';
import { PodCache } from './pod-cache.ts';
import { PodEventBuffer } from './pod-event-buffer.ts';
import { PodOverheads } from './pod-overheads.ts';
import { ClockCronJob } from './schedules/clock-cron-job.ts';
import { LeaderLoop } from './schedules/leader-loop.ts';
import { LoopMetrics } from './schedules/loop-metrics.ts';
import type { Schedule } from './schedules/schedule.ts';
import { ScheduleReports } from './schedules/schedule-reports.ts';
import { Schedules } from './schedules.ts';

/** Runs the schedules of a controller process, each in a loop that leads or waits to lead. All of them are in `SchedulerRegistry`. */
@Injectable()
export class Loops implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger('controller');
  readonly #stop = new AbortController();
  #loops: readonly LeaderLoop[] = [];
  #following: Promise<void> = Promise.resolve();

  constructor(
    private readonly schedules: Schedules,
    private readonly registry: SchedulerRegistry,
    private readonly reports: ScheduleReports,
    private readonly metrics: LoopMetrics,
    private readonly pods: PodCache,
    private readonly nodes: NodeCache,
    private readonly podEvents: PodEventBuffer,
    private readonly cluster: ClusterService,
    private readonly overheads: PodOverheads,
    private readonly catalog: CatalogService,
    private readonly transactions: Transactions,
    private readonly leadership: Leadership,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    void this.#introduce();
    this.#loops = this.schedules.all().map((schedule) => this.#loopOf(schedule));
    for (const loop of this.#loops) {
      const { trigger } = loop.schedule;
      if (trigger.kind !== 'event') continue;
      if (trigger.pods !== undefined) this.pods.onChange(trigger.pods, () => loop.wake());
      if (trigger.nodes === true) this.nodes.onChange(() => loop.wake());
    }
    this.#following = Promise.all([
      this.pods.follow(this.#stop.signal),
      this.nodes.follow(this.#stop.signal),
      this.podEvents.follow(this.#stop.signal),
    ]).then(
      () => undefined,
      (error: unknown) => this.#log.error(error),
    );
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
      const offered = await this.catalog.classes(this.transactions.reader);
      const { version, kueue, metrics, classes } = await this.cluster.features(offered);
      const found = [`GPU classes ${classes.join(', ') || 'none'}`, kueue ? 'Kueue' : 'no Kueue', metrics ? 'metrics' : 'no metrics'];
      this.#log.log(`the cluster runs Kubernetes ${version}: ${found.join(', ')}`);
      await this.overheads.of(offered);
    } catch (error) {
      this.#log.warn(`the cluster does not answer yet: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
