import type { INestApplicationContext } from '@nestjs/common';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { Transactions } from '#database';
import { FundedTestEnvironment } from '#funding/testing';
import { JobsService, type JobSpec, parseJobFile } from '#jobs';
import { type Clock, toDate } from '#kernel';
import { COHORTS, type JobKind, NOMINAL_UNITS, type PlannedJob, QUEUES_PER_COHORT } from './generator.ts';

const actor = systemActor('bench');
/** Two nodes for each cohort: a node takes at most 110 pods. */
const NODES_PER_COHORT = 2;
/** Submissions in one transaction. */
const AT_ONCE = 20;

/**
 * A cohort of Kueue as a GPU class of its own with as many GPUs as its queues own together, and a queue as a company. So each queue may
 * borrow what the others of its cohort leave free, and the fair share of companies decides who gets it. A share of a queue is not reclaimed.
 */
export class Cohorts {
  private constructor(
    private readonly office: INestApplicationContext,
    private readonly companies: readonly (readonly string[])[],
  ) {}

  static async open(office: INestApplicationContext, clock: Clock): Promise<Cohorts> {
    const transactions = office.get(Transactions);
    const environment = await FundedTestEnvironment.create(transactions, clock);
    const companies: string[][] = [];
    for (let cohort = 0; cohort < COHORTS; cohort += 1) {
      const code = classOf(cohort);
      await transactions.run(async (tx) => {
        await office.get(CatalogService).addClass(tx, actor, {
          ...{ code, name: `Cohort ${cohort}`, vendor: 'nvidia', resourceName: 'nvidia.com/gpu' },
          ...{ nodeSelector: { 'speedspace.io/gpu-class': code }, gpusPerNode: GPUS_PER_NODE, weight: 100 },
        });
        await office.get(CatalogService).addPrice(tx, actor, code, { from: toDate(0), fenPerGpuHour: 1_250n });
      });
      const own: string[] = [];
      for (let queue = 0; queue < QUEUES_PER_COHORT; queue += 1) {
        const id = await environment.company(1_000_000_000n);
        await environment.grant(id, 1_000_000_000n, { coverageBp: 5_000n, classes: [code] });
        own.push(id);
      }
      companies.push(own);
    }
    return new Cohorts(office, companies);
  }

  /** Submits jobs, each with its event and its place in the audit trail. */
  async submit(planned: readonly PlannedJob[]): Promise<void> {
    for (let from = 0; from < planned.length; from += AT_ONCE) {
      await this.office.get(Transactions).run(async (tx) => {
        for (const { kind, cohort, queue } of planned.slice(from, from + AT_ONCE))
          await this.office.get(JobsService).submit(tx, actor, this.companies[cohort]?.[queue] ?? '', jobOf(kind, cohort));
      });
    }
  }
}

const GPUS_PER_NODE = (NOMINAL_UNITS * QUEUES_PER_COHORT) / NODES_PER_COHORT;

/** The node list of the simulated cluster. */
export function cohortNodes(): string {
  const rows = Array.from({ length: COHORTS }, (_, cohort) =>
    Array.from(
      { length: NODES_PER_COHORT },
      (_node, number) => `${classOf(cohort)}-${number},1280000,8388608,${GPUS_PER_NODE},${classOf(cohort)}`,
    ),
  );
  return ['sn,cpu_milli,memory_mib,gpu,model', ...rows.flat()].join('\n');
}

function classOf(cohort: number): string {
  return `cohort-${cohort}`;
}

function jobOf({ name, units, runMilliseconds, priority }: JobKind, cohort: number): JobSpec {
  return parseJobFile({
    apiVersion: 'speedspace.io/v1',
    kind: 'Job',
    metadata: { name, annotations: { 'sim.speedspace.io/run-time': `${runMilliseconds}ms`, 'sim.speedspace.io/start-delay': '0s' } },
    spec: {
      ...{ gpuClass: classOf(cohort), replicas: 1, gpusPerReplica: units, priority, image: 'registry.park.example/bench:1' },
      ...{ cpu: '1', memory: '1Gi', maxRuntime: '1m', checkpoint: { grace: '1s' }, selfPay: true },
    },
  });
}
