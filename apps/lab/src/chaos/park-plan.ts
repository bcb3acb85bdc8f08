import { Random } from './random.ts';

/** Seconds of simulated time of one run in which people act and faults are injected. Afterwards the run waits for the end of all jobs. */
export const ACTIVE_SECONDS = 1_500;
/** Simulated seconds at the beginning in which the park is furnished and the first controller comes up. */
export const SEEDING_SECONDS = 600;

/** The business month in which a run begins; it ends while people act. */
export const FIRST_MONTH = '2026-10';

export const CLASSES = [
  { code: 'h800', nodes: 3, fenPerGpuHour: 1_250n },
  { code: 'a100', nodes: 1, fenPerGpuHour: 880n },
] as const;
type ClassCode = (typeof CLASSES)[number]['code'];

export interface GrantPlan {
  readonly unit: 'CNY' | 'GPU_SECONDS';
  readonly amount: bigint;
  readonly coverageBp: bigint;
  readonly priority: number;
  readonly classes: readonly ClassCode[];
  readonly monthlyCap: bigint | null;
  readonly cap: bigint | null;
  readonly carryOver: boolean;
  /** After the beginning; far away for most. */
  readonly validSeconds: number;
}

export interface TenantPlan {
  readonly wallet: bigint;
  readonly grants: readonly GrantPlan[];
}

export interface JobPlan {
  readonly name: string;
  readonly tenant: number;
  readonly at: number;
  readonly spec: {
    readonly gpuClass: ClassCode;
    readonly replicas: number;
    readonly gpusPerReplica: number;
    readonly maxRuntime: string;
    readonly checkpoint: { readonly grace: string; readonly resume: 'auto' | 'manual' };
    readonly priority: 'low' | 'normal' | 'high';
    readonly selfPay: boolean;
    readonly retries: number;
  };
  /** How the simulated cluster plays its pods. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a person does at an instant; `job`, `grant` and `tenant` count from 0 in the order of the plan. */
export type Operation = { readonly at: number } & (
  | { readonly do: 'submit'; readonly job: JobPlan }
  | { readonly do: 'cancel' | 'suspend' | 'resume'; readonly job: number }
  | { readonly do: 'top-up'; readonly tenant: number; readonly amount: bigint }
  | { readonly do: 'increase' | 'claw-back'; readonly grant: number; readonly share: number }
  | { readonly do: 'extend'; readonly grant: number; readonly seconds: number }
  | { readonly do: 'freeze' | 'unfreeze'; readonly grant: number }
  | { readonly do: 'new-grant'; readonly tenant: number; readonly grant: GrantPlan }
  | { readonly do: 'new-price'; readonly gpuClass: ClassCode; readonly fenPerGpuHour: bigint }
  | { readonly do: 'close-month' }
);

export interface ParkPlan {
  /** From the beginning to the end of the business month. */
  readonly monthEndsAfter: number;
  readonly tenants: readonly TenantPlan[];
  readonly operations: readonly Operation[];
}

const GPU_HOUR = 3_600;
/** Why containers do not start, as kubelets report it. */
const START_FAULTS = ['StartError', 'StartError', 'CreateContainerConfigError', 'CreateContainerError', 'InvalidImageName'] as const;

/** The park of a seed: who has what, what is submitted when, and what people do meanwhile. A function of the seed only. */
export function parkPlan(seed: number): ParkPlan {
  const random = new Random(`chaos/${seed}/world`);
  const tenants = random.times(random.between(2, 4), () => tenantPlan(random));
  const jobs = random.times(random.between(8, 20), (index) => jobPlan(random, index, tenants.length));
  const grants = tenants.reduce((sum, tenant) => sum + tenant.grants.length, 0);
  const operations = [
    ...jobs.flatMap((job, index) => operationsAbout(random, job, index)),
    ...random.times(random.between(2, 8), () => moneyOperation(random, tenants.length, grants)),
  ];
  const monthEndsAfter = SEEDING_SECONDS + random.between(100, ACTIVE_SECONDS);
  operations.push(...closings(new Random(`chaos/${seed}/closings`), monthEndsAfter));
  return { monthEndsAfter, tenants, operations: operations.sort((a, b) => a.at - b.at) };
}

/** Finance tries to close the month as soon as it is over, again and again, while jobs run and faults are injected. What comes later is late (rule T3). */
function closings(random: Random, monthEndsAfter: number): Operation[] {
  if (random.chance(0.3)) return [];
  return random.times(random.between(1, 6), () => ({ at: monthEndsAfter + random.between(1, 600), do: 'close-month' }));
}

function moment(random: Random): number {
  return SEEDING_SECONDS + random.between(0, ACTIVE_SECONDS);
}

function tenantPlan(random: Random): TenantPlan {
  return {
    wallet: random.chance(0.3) ? BigInt(random.between(0, 2_000)) : BigInt(random.between(5_000, 200_000)),
    grants: random.times(random.between(0, 3), () => grantPlan(random)),
  };
}

function grantPlan(random: Random): GrantPlan {
  const unit = random.oneOf('CNY' as const, 'GPU_SECONDS' as const);
  const hours = random.chance(0.4) ? random.between(1, 6) : random.between(10, 60);
  const amount = BigInt(unit === 'CNY' ? hours * 1_100 + random.between(0, 999) : hours * GPU_HOUR + random.between(0, 3_599));
  const capped = (share: number): bigint | null => (random.chance(0.2) ? (amount * BigInt(share)) / 100n + 1n : null);
  return {
    ...{ unit, amount, coverageBp: unit === 'CNY' ? BigInt(random.oneOf(10_000, 5_000, 3_333, 8_000)) : 10_000n },
    ...{ priority: random.between(1, 3), classes: random.oneOf(['h800'] as const, ['a100'] as const, ['h800', 'a100'] as const) },
    ...(unit === 'GPU_SECONDS' && { classes: [random.oneOf('h800' as const, 'h800' as const, 'a100' as const)] }),
    ...{ monthlyCap: capped(random.between(20, 80)), cap: capped(random.between(40, 90)), carryOver: random.chance(0.2) },
    validSeconds: random.chance(0.4) ? SEEDING_SECONDS + random.between(100, ACTIVE_SECONDS) : 90 * 86_400,
  };
}

function jobPlan(random: Random, index: number, tenants: number): JobPlan {
  const runSeconds = random.chance(0.3) ? random.between(1, 60) : random.between(60, 900);
  const gang = random.chance(0.35);
  const gpuClass = random.oneOf('h800' as const, 'h800' as const, 'h800' as const, 'a100' as const);
  const tight = random.chance(0.25);
  return {
    ...{ name: `job-${index}`, tenant: random.between(0, tenants - 1), at: SEEDING_SECONDS + random.between(0, (ACTIVE_SECONDS * 2) / 3) },
    spec: {
      ...{ gpuClass, replicas: gang ? random.between(2, gpuClass === 'h800' ? 4 : 2) : 1, gpusPerReplica: random.oneOf(1, 1, 2, 4) },
      maxRuntime: tight ? `${Math.max(60, Math.floor(runSeconds * 0.7))}s` : random.oneOf('20m', '1h', '4h'),
      checkpoint: { grace: `${random.oneOf(0, 5, 30, 90)}s`, resume: random.oneOf('auto' as const, 'manual' as const) },
      ...{ priority: random.oneOf('low' as const, 'normal' as const, 'normal' as const, 'high' as const), selfPay: random.chance(0.6) },
      retries: random.chance(0.3) ? random.between(1, 3) : 0,
    },
    annotations: annotationsOf(random, runSeconds),
  };
}

function annotationsOf(random: Random, runSeconds: number): Record<string, string> {
  const sigterm = random.oneOf(undefined, 'ignore', `exit-after=${random.between(1, 40)}s,exit-code=${random.oneOf(0, 143)}`);
  return {
    'sim.speedspace.io/run-time': `${runSeconds}s`,
    'sim.speedspace.io/start-delay': `${random.oneOf(1, 2, 10, 45)}s`,
    ...(random.chance(0.2) && { 'sim.speedspace.io/exit-code': String(random.oneOf(1, 3, 137)) }),
    ...(random.chance(0.1) && { 'sim.speedspace.io/image-pull': random.oneOf('fails', `fails-for=${random.between(1, 300)}s`) }),
    ...(random.chance(0.08) && { 'sim.speedspace.io/start-fault': random.oneOf(...START_FAULTS) }),
    ...(sigterm !== undefined && { 'sim.speedspace.io/on-sigterm': sigterm }),
  };
}

/** A job's submission, and perhaps its cancellation, suspension and resumption; one that can never start must come to its end by itself. */
function operationsAbout(random: Random, job: JobPlan, index: number): Operation[] {
  const operations: Operation[] = [{ at: job.at, do: 'submit', job }];
  if (random.chance(0.15)) operations.push({ at: Math.max(job.at + 30, moment(random)), do: 'cancel', job: index });
  if (random.chance(0.15)) operations.push({ at: Math.max(job.at + 45, moment(random)), do: 'suspend', job: index });
  if (random.chance(0.3)) operations.push({ at: Math.max(job.at + 60, moment(random)), do: 'resume', job: index });
  return operations;
}

function moneyOperation(random: Random, tenants: number, grants: number): Operation {
  const [at, tenant, grant] = [moment(random), random.between(0, tenants - 1), random.between(0, Math.max(0, grants - 1))];
  const kind = random.oneOf(
    ...(['top-up', 'top-up', 'increase', 'extend', 'freeze', 'unfreeze', 'claw-back', 'new-grant', 'new-price'] as const),
  );
  switch (kind) {
    case 'top-up':
      return { at, do: kind, tenant, amount: BigInt(random.between(100, 50_000)) };
    case 'increase':
    case 'claw-back':
      return { at, do: kind, grant, share: random.between(5, 120) };
    case 'extend':
      return { at, do: kind, grant, seconds: random.between(60, 3_600) };
    case 'new-grant':
      return { at, do: kind, tenant, grant: grantPlan(random) };
    case 'new-price':
      return { at, do: kind, gpuClass: random.oneOf('h800' as const, 'a100' as const), fenPerGpuHour: BigInt(random.between(700, 1_600)) };
    default:
      return { at, do: kind, grant };
  }
}
