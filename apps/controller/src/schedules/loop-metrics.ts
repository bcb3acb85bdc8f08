import { Injectable } from '@nestjs/common';
import { Gauge, Histogram } from 'prom-client';
import { Clock } from '#kernel';
import { MetricsService } from '#monitoring';
import { PodCache } from '../pod-cache.ts';
import type { LeaderLoop, LoopStatus } from './leader-loop.ts';

const SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What Prometheus learns of the loops of this process, and of the pods it watches. */
@Injectable()
export class LoopMetrics {
  readonly #loops = new Map<string, LeaderLoop>();
  readonly #observed = new Map<string, LoopStatus['lastTurn']>();
  readonly #turns: Histogram<'loop' | 'outcome'>;

  constructor(
    private readonly metrics: MetricsService,
    private readonly clock: Clock,
    pods: PodCache,
  ) {
    this.#turns = new Histogram({
      name: 'speedspace_loop_turn_duration_seconds',
      help: 'Turns of each loop that ended in this process, by outcome: success or failure',
      labelNames: ['loop', 'outcome'],
      buckets: SECONDS,
      registers: [metrics.registry],
    });
    this.#gaugeOfLoops('leader', 'Whether this process leads the loop: 1 or 0', ({ term }) => (term === undefined ? 0 : 1));
    this.#gaugeOfLoops('failures', 'Failed turns since the last one that succeeded', ({ failures }) => failures);
    this.#gaugeOfLoops('last_success_timestamp_seconds', 'Begin of the last turn that succeeded in this process', ({ lastSuccessAt }) =>
      lastSuccessAt === undefined ? undefined : lastSuccessAt.getTime() / 1_000,
    );
    this.#gaugeOfLoops('lag_seconds', 'Time that the next turn is overdue, while this process leads: the tick lag of metering', (status) =>
      this.#lagOf(status),
    );
    new Gauge({
      name: 'speedspace_pods_watched',
      help: 'Pods in the cache of this process',
      registers: [metrics.registry],
      collect() {
        this.set(pods.all().length);
      },
    });
  }

  add(loop: LeaderLoop): void {
    this.#loops.set(loop.schedule.name, loop);
  }

  /** Takes the status of a loop after it changed. */
  observe({ schedule: { name }, status: { lastTurn, failures } }: LeaderLoop): void {
    if (lastTurn === undefined || lastTurn === this.#observed.get(name)) return;
    this.#observed.set(name, lastTurn);
    this.#turns.observe({ loop: name, outcome: failures === 0 ? 'success' : 'failure' }, lastTurn.milliseconds / 1_000);
  }

  #lagOf({ term, nextTurnAt }: LoopStatus): number {
    if (term === undefined || nextTurnAt === undefined) return 0;
    return Math.max(0, (this.clock.now().getTime() - nextTurnAt.getTime()) / 1_000);
  }

  #gaugeOfLoops(name: string, help: string, valueOf: (status: LoopStatus) => number | undefined): void {
    const loops = this.#loops;
    new Gauge({
      name: `speedspace_loop_${name}`,
      help,
      labelNames: ['loop'],
      registers: [this.metrics.registry],
      collect() {
        for (const [loop, { status }] of loops) {
          const value = valueOf(status);
          if (value !== undefined) this.set({ loop }, value);
        }
      },
    });
  }
}
