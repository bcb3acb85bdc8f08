import { Dice } from './dice.ts';

/** Seconds of simulated time of one run in which people act and faults strike; afterwards it is waited for the end of all. */
export const ACTIVE_SECONDS = 1_500;
/** Simulated seconds at the beginning in which the park is furnished and the first controller comes up. */
export const FURNISHING_SECONDS = 600;

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
export type Deed = { readonly at: number } & (
  | { readonly do: 'submit'; readonly job: JobPlan }
  | { readonly do: 'cancel' | 'resume'; readonly job: number }
  | { readonly do: 'top-up'; readonly tenant: number; readonly amount: bigint }
  | { readonly do: 'increase' | 'claw-back'; readonly grant: number; readonly share: number }
  | { readonly do: 'extend'; readonly grant: number; readonly seconds: number }
  | { readonly do: 'freeze' | 'unfreeze'; readonly grant: number }
  | { readonly do: 'new-grant'; readonly tenant: number; readonly grant: GrantPlan }
  | { readonly do: 'new-price'; readonly gpuClass: ClassCode; readonly fenPerGpuHour: bigint }
  | { readonly do: 'close-month' }
);

export interface WorldPlan {
  /** From the beginning to the end of the business month. */
  readonly monthEndsAfter: number;
  readonly tenants: readonly TenantPlan[];
  readonly deeds: readonly Deed[];
}

const GPU_HOUR = 3_600;
/** Why containers do not start, as kubelets tell it. */
const START_FAULTS = ['StartError', 'StartError', 'CreateContainerConfigError', 'CreateContainerError', 'InvalidImageName'] as const;

/** The park of a seed: who has what, what is submitted when, and what people do meanwhile. A function of the seed only. */
export function worldPlan(seed: number): WorldPlan {
  const dice = new Dice(`campaign/${seed}/world`);
  const tenants = dice.times(dice.between(2, 4), () => tenantPlan(dice));
  const jobs = dice.times(dice.between(8, 20), (index) => jobPlan(dice, index, tenants.length));
  const grants = tenants.reduce((sum, tenant) => sum + tenant.grants.length, 0);
  const deeds = [
    ...jobs.flatMap((job, index) => deedsAbout(dice, job, index)),
    ...dice.times(dice.between(2, 8), () => moneyDeed(dice, tenants.length, grants)),
  ];
  const monthEndsAfter = FURNISHING_SECONDS + dice.between(100, ACTIVE_SECONDS);
  deeds.push(...closings(new Dice(`campaign/${seed}/closings`), monthEndsAfter));
  return { monthEndsAfter, tenants, deeds: deeds.sort((a, b) => a.at - b.at) };
}

/** Finance tries to close the month as soon as it is over, again and again, while jobs run and faults strike: what comes later is late (rule T3). */
function closings(dice: Dice, monthEndsAfter: number): Deed[] {
  if (dice.chance(0.3)) return [];
  return dice.times(dice.between(1, 6), () => ({ at: monthEndsAfter + dice.between(1, 600), do: 'close-month' }));
}

function moment(dice: Dice): number {
  return FURNISHING_SECONDS + dice.between(0, ACTIVE_SECONDS);
}

function tenantPlan(dice: Dice): TenantPlan {
  return {
    wallet: dice.chance(0.3) ? BigInt(dice.between(0, 2_000)) : BigInt(dice.between(5_000, 200_000)),
    grants: dice.times(dice.between(0, 3), () => grantPlan(dice)),
  };
}

function grantPlan(dice: Dice): GrantPlan {
  const unit = dice.oneOf('CNY' as const, 'GPU_SECONDS' as const);
  const hours = dice.chance(0.4) ? dice.between(1, 6) : dice.between(10, 60);
  const amount = BigInt(unit === 'CNY' ? hours * 1_100 + dice.between(0, 999) : hours * GPU_HOUR + dice.between(0, 3_599));
  const capped = (share: number): bigint | null => (dice.chance(0.2) ? (amount * BigInt(share)) / 100n + 1n : null);
  return {
    ...{ unit, amount, coverageBp: unit === 'CNY' ? BigInt(dice.oneOf(10_000, 5_000, 3_333, 8_000)) : 10_000n },
    ...{ priority: dice.between(1, 3), classes: dice.oneOf(['h800'] as const, ['a100'] as const, ['h800', 'a100'] as const) },
    ...(unit === 'GPU_SECONDS' && { classes: [dice.oneOf('h800' as const, 'h800' as const, 'a100' as const)] }),
    ...{ monthlyCap: capped(dice.between(20, 80)), cap: capped(dice.between(40, 90)), carryOver: dice.chance(0.2) },
    validSeconds: dice.chance(0.4) ? FURNISHING_SECONDS + dice.between(100, ACTIVE_SECONDS) : 90 * 86_400,
  };
}

function jobPlan(dice: Dice, index: number, tenants: number): JobPlan {
  const runSeconds = dice.chance(0.3) ? dice.between(1, 60) : dice.between(60, 900);
  const gang = dice.chance(0.35);
  const gpuClass = dice.oneOf('h800' as const, 'h800' as const, 'h800' as const, 'a100' as const);
  const tight = dice.chance(0.25);
  return {
    ...{ name: `job-${index}`, tenant: dice.between(0, tenants - 1), at: FURNISHING_SECONDS + dice.between(0, (ACTIVE_SECONDS * 2) / 3) },
    spec: {
      ...{ gpuClass, replicas: gang ? dice.between(2, gpuClass === 'h800' ? 4 : 2) : 1, gpusPerReplica: dice.oneOf(1, 1, 2, 4) },
      maxRuntime: tight ? `${Math.max(60, Math.floor(runSeconds * 0.7))}s` : dice.oneOf('20m', '1h', '4h'),
      checkpoint: { grace: `${dice.oneOf(0, 5, 30, 90)}s`, resume: dice.oneOf('auto' as const, 'manual' as const) },
      ...{ priority: dice.oneOf('low' as const, 'normal' as const, 'normal' as const, 'high' as const), selfPay: dice.chance(0.6) },
      retries: dice.chance(0.3) ? dice.between(1, 3) : 0,
    },
    annotations: annotationsOf(dice, runSeconds),
  };
}

function annotationsOf(dice: Dice, runSeconds: number): Record<string, string> {
  const sigterm = dice.oneOf(undefined, 'ignore', `exit-after=${dice.between(1, 40)}s,exit-code=${dice.oneOf(0, 143)}`);
  return {
    'sim.speedspace.io/run-time': `${runSeconds}s`,
    'sim.speedspace.io/start-delay': `${dice.oneOf(1, 2, 10, 45)}s`,
    ...(dice.chance(0.2) && { 'sim.speedspace.io/exit-code': String(dice.oneOf(1, 3, 137)) }),
    ...(dice.chance(0.1) && { 'sim.speedspace.io/image-pull': dice.oneOf('fails', `fails-for=${dice.between(1, 300)}s`) }),
    ...(dice.chance(0.08) && { 'sim.speedspace.io/start-fault': dice.oneOf(...START_FAULTS) }),
    ...(sigterm !== undefined && { 'sim.speedspace.io/on-sigterm': sigterm }),
  };
}

/** A job's submission, and perhaps its cancellation and resumption; one that can never start must come to its end by itself. */
function deedsAbout(dice: Dice, job: JobPlan, index: number): Deed[] {
  const deeds: Deed[] = [{ at: job.at, do: 'submit', job }];
  if (dice.chance(0.15)) deeds.push({ at: Math.max(job.at + 30, moment(dice)), do: 'cancel', job: index });
  if (dice.chance(0.3)) deeds.push({ at: Math.max(job.at + 60, moment(dice)), do: 'resume', job: index });
  return deeds;
}

function moneyDeed(dice: Dice, tenants: number, grants: number): Deed {
  const [at, tenant, grant] = [moment(dice), dice.between(0, tenants - 1), dice.between(0, Math.max(0, grants - 1))];
  const kind = dice.oneOf(
    ...(['top-up', 'top-up', 'increase', 'extend', 'freeze', 'unfreeze', 'claw-back', 'new-grant', 'new-price'] as const),
  );
  switch (kind) {
    case 'top-up':
      return { at, do: kind, tenant, amount: BigInt(dice.between(100, 50_000)) };
    case 'increase':
    case 'claw-back':
      return { at, do: kind, grant, share: dice.between(5, 120) };
    case 'extend':
      return { at, do: kind, grant, seconds: dice.between(60, 3_600) };
    case 'new-grant':
      return { at, do: kind, tenant, grant: grantPlan(dice) };
    case 'new-price':
      return { at, do: kind, gpuClass: dice.oneOf('h800' as const, 'a100' as const), fenPerGpuHour: BigInt(dice.between(700, 1_600)) };
    default:
      return { at, do: kind, grant };
  }
}
