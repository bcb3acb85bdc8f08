import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { PoolUse } from '#database';

/** Prometheus' own default wakes the process a hundred times a second. */
const EVENT_LOOP_PRECISION_MS = 100;

/** The metrics of one application; several may live in one process. Names begin with `speedspace_`; no label tells of a tenant. */
@Injectable()
export class MetricsService {
  readonly registry = new Registry();
  #ofProcess = false;

  constructor(pool: PoolUse) {
    new Gauge({
      name: 'speedspace_database_pool_connections',
      help: 'Connections of the pool by state, and callers that wait for one',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        for (const [state, count] of Object.entries(pool.counts())) this.set({ state }, count);
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** In the text format of Prometheus. Metrics of the process itself are collected from the first call on: nobody pays for them before. */
  async render(): Promise<string> {
    if (!this.#ofProcess) {
      this.#ofProcess = true;
      collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
    }
    return await this.registry.metrics();
  }
}
