import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { systemActor } from '#audit';
import { Transactions } from '#database';
import { FundedTestEnvironment } from '#funding/testing';
import type { ScaledClock } from '#kernel';
import { JobsService, type JobSpec, parseJobFile } from '#jobs';

const ENGINEER = systemActor('engineer');
/** One job in so many is a gang of eight pods. */
const GANG_EVERY = 2;
const GANG = 8;
/** From the pod's creation to its disappearance; the rest of the wanted events are status reports. */
const EVENTS_PER_POD = 7;
/** Jobs in one transaction. */
const SUBMITTED_AT_ONCE = 50;
/** Replacements start already when a pod ends, and some gangs wait for their nodes: so as many run as shall. */
const SURPLUS = 1.04;

export interface Load {
  readonly pods: number;
  /** Watch events in a second of the wall clock. */
  readonly events: number;
  /** Pods that end in a second of the wall clock. */
  readonly ends: number;
  readonly tenants: number;
}

/** Companies with money and grants, and jobs that come as others end, so that as many pods run as shall. */
export class BenchWorkload {
  #submitted = 0;
  #stopped = false;

  private constructor(
    private readonly office: INestApplicationContext,
    private readonly clock: ScaledClock,
    private readonly load: Load,
    private readonly tenants: readonly string[],
  ) {}

  static async open(office: INestApplicationContext, clock: ScaledClock, load: Load): Promise<BenchWorkload> {
    const environment = await FundedTestEnvironment.create(office.get(Transactions), clock);
    const tenants: string[] = [];
    for (let tenant = 0; tenant < load.tenants; tenant += 1) {
      const id = await environment.company(1_000_000_000n);
      await environment.grant(id, 1_000_000_000n, { coverageBp: 5_000n });
      await environment.grant(id, 100_000_000n, { unit: 'GPU_SECONDS' });
      tenants.push(id);
    }
    return new BenchWorkload(office, clock, load, tenants);
  }

  /** Submits what is missing, again and again, until `stop`. */
  async keepUp(): Promise<void> {
    while (!this.#stopped) {
      const missing = Math.ceil(this.load.pods * SURPLUS) - (await this.#pods(['Queued', 'Admitted', 'Starting', 'Running', 'Suspending']));
      for (let left = missing; left > 0;) {
        const numbers: number[] = [];
        for (; left > 0 && numbers.length < SUBMITTED_AT_ONCE; left -= replicasOf(this.#submitted++)) numbers.push(this.#submitted);
        await this.#submit(numbers);
      }
      await sleep(200);
    }
  }

  async runningPods(): Promise<number> {
    return await this.#pods(['Running']);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #pods(states: readonly string[]): Promise<number> {
    const [row] = await this.office
      .get(Transactions)
      .reader.query<{ pods: number }[]>(`SELECT coalesce(sum(replicas), 0)::int AS pods FROM job WHERE state = ANY ($1)`, [states]);
    return row?.pods ?? 0;
  }

  async #submit(numbers: readonly number[]): Promise<void> {
    await this.office.get(Transactions).run(async (tx) => {
      for (const number of numbers) {
        const tenantId = this.tenants[number % this.tenants.length] ?? '';
        await this.office.get(JobsService).submit(tx, ENGINEER, tenantId, this.#job(number));
      }
    });
  }

  #job(number: number): JobSpec {
    const { pods, events, ends } = this.load;
    // Memoryless run times: at any moment as many end as at any other, from the first on.
    const meanSeconds = (pods / ends) * this.clock.factor;
    const seconds = Math.ceil(-Math.log(1 - uniform(number)) * meanSeconds) + 1;
    const reports = events - EVENTS_PER_POD * ends;
    const every = reports > 0 ? { 'sim.speedspace.io/status-every': `${Math.ceil((pods / reports) * this.clock.factor)}s` } : {};
    return parseJobFile({
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata: { name: `bench-${number}`, annotations: { 'sim.speedspace.io/run-time': `${seconds}s`, ...every } },
      spec: {
        ...{ gpuClass: 'h800', replicas: replicasOf(number), gpusPerReplica: 1, image: 'registry.park.example/bench:1', maxRuntime: '48h' },
        ...{ checkpoint: { grace: '30s' }, selfPay: true },
      },
    });
  }
}

function replicasOf(number: number): number {
  return number % GANG_EVERY === 0 ? GANG : 1;
}

/** In [0, 1), the same for the same number, far apart for neighbours. */
function uniform(number: number): number {
  return (number * 0.6180339887498949) % 1;
}
