import { Injectable } from '@nestjs/common';
import { CatalogService } from '#catalog';
import { Transactions } from '#database';
import { type Instant } from '#kernel';
import { MeteringService } from '#metering';
import { DEFAULT_POLICY, decayedUsage, LimitGroupsService, type Policy, USAGE_WINDOW_SECONDS } from '#scheduling';
import { ControllerSettings } from './controller-settings.ts';

/** For how long the usage is kept. Its half-life is days, so a minute does not change the order. */
const FRESH_SECONDS = 60;

interface Usage {
  readonly byTenant: ReadonlyMap<string, number>;
  readonly at: Instant;
}

/** Collects what an admission cycle needs to share the park's GPUs (rules S1, S2). */
@Injectable()
export class Sharing {
  #usage: Usage | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly catalog: CatalogService,
    private readonly limits: LimitGroupsService,
    private readonly metering: MeteringService,
    private readonly settings: ControllerSettings,
  ) {}

  async policy(): Promise<Policy> {
    const tx = this.transactions.reader;
    return {
      ...DEFAULT_POLICY,
      limits: await this.limits.tree(tx),
      shieldedSeconds: this.settings.shieldedSeconds,
      preemption: this.settings.preemption,
      preemptibleWaitSeconds: this.settings.preemptibleWaitSeconds,
      classWeights: await this.#weights(),
    };
  }

  /** Each tenant's weighted, decayed usage, at most a minute old. */
  async usage(now: Instant): Promise<ReadonlyMap<string, number>> {
    const known = this.#usage;
    if (known !== undefined && now >= known.at && now - known.at < FRESH_SECONDS) return known.byTenant;
    const days = await this.metering.usageByDay(this.transactions.reader, { from: now - USAGE_WINDOW_SECONDS, until: now });
    const samples = days.map(({ tenantId, gpuClass, gpuSeconds, middle }) => ({
      ...{ tenantId, gpuClass, gpuSeconds: Number(gpuSeconds), at: middle },
    }));
    this.#usage = { byTenant: decayedUsage(samples, await this.#weights(), now), at: now };
    return this.#usage.byTenant;
  }

  async #weights(): Promise<Map<string, number>> {
    return new Map((await this.catalog.classes(this.transactions.reader)).map(({ code, weight }) => [code, weight]));
  }
}
