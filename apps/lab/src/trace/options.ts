import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';
import { labPolicy, type LabPolicy, PARK_POLICY, POLICY_NAMES } from './policies.ts';

export const USAGE = `usage: npm run trace -- [options]
  --workload trace|synthetic  replay only this one (default: both)
  --nodes N                   nodes of the cluster (default: 32 of the trace, 128 of eight GPUs for the synthetic workload)
  --jobs N                    jobs that are submitted (default: 3000 of the trace, 2000 synthetic ones)
  --load X                    what the jobs need, as a multiple of what the nodes have (default: 1.3)
  --policy NAME               compare only this policy; may be repeated (default: ${POLICY_NAMES.length} of them)
  --trace FOLDER              where the trace cluster-trace-gpu-v2023 is (default: TRACE_FOLDER, or ../shared/traces)
  --seed WORD                 seed of the synthetic workload and of --preemptible (default: park)
  --preemptible X             share of the jobs that are preemptible, from 0 to 1, drawn by the seed (default: those of low priority)
  --checkpoint SECONDS        how often a job saves its state; 0: never (default: 3600)
  --charts FOLDER             where the charts are written (default: trace-charts)`;

const WORKLOADS = ['trace', 'synthetic'] as const;
const DEFAULT_FOLDER = '../shared/traces';
const DEFAULT_SIZES = { trace: { nodes: 32, jobs: 3_000 }, synthetic: { nodes: 128, jobs: 2_000 } };
const MOST = { nodes: 10_000, jobs: 100_000, load: 100, checkpoint: 604_800 };

export interface LabOptions {
  readonly workloads: readonly (typeof WORKLOADS)[number][];
  readonly sizes: Readonly<Record<(typeof WORKLOADS)[number], { readonly nodes: number; readonly jobs: number }>>;
  readonly load: number;
  readonly policies: readonly LabPolicy[];
  /** Absent: no folder was named and there is none at the default place, so the built-in sample is taken. */
  readonly traceFolder?: string;
  readonly seed: string;
  /** The share of the jobs that are preemptible; absent: those of low priority. */
  readonly preemptible?: number;
  /** How often a job saves its state; absent: never. */
  readonly checkpointSeconds?: number;
  readonly chartsFolder: string;
}

/** @throws UsageError that says in a sentence what is wrong */
export function labOptions(args: readonly string[], environment: NodeJS.ProcessEnv): LabOptions {
  const values = parsed(args);
  const sizes = {
    ...(values.nodes !== undefined && { nodes: wholeNumber('--nodes', values.nodes, MOST.nodes) }),
    ...(values.jobs !== undefined && { jobs: wholeNumber('--jobs', values.jobs, MOST.jobs) }),
  };
  const workload = WORKLOADS.find((name) => name === values.workload);
  if (values.workload !== undefined && workload === undefined)
    throw new UsageError(`--workload is ${WORKLOADS.join(' or ')}, and "${values.workload}" was given.`);
  const load = Number(values.load ?? '1.3');
  if (!(load > 0 && load <= MOST.load))
    throw new UsageError(`--load takes a number above 0 up to ${MOST.load}, and "${values.load ?? ''}" was given.`);
  const checkpointSeconds = wholeNumber('--checkpoint', values.checkpoint ?? '3600', MOST.checkpoint, 0);
  const named = values.trace ?? environment['TRACE_FOLDER'];
  const folder = named ?? (existsSync(path.resolve(DEFAULT_FOLDER)) ? DEFAULT_FOLDER : undefined);
  return {
    workloads: workload === undefined ? WORKLOADS : [workload],
    sizes: { trace: { ...DEFAULT_SIZES.trace, ...sizes }, synthetic: { ...DEFAULT_SIZES.synthetic, ...sizes } },
    load,
    policies: policies(values.policy ?? []),
    ...(folder !== undefined && { traceFolder: path.resolve(folder) }),
    ...(values.preemptible !== undefined && { preemptible: shareOf('--preemptible', values.preemptible) }),
    ...(checkpointSeconds > 0 && { checkpointSeconds }),
    seed: values.seed ?? 'park',
    chartsFolder: values.charts ?? 'trace-charts',
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' as const };
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ workload: text, nodes: text, jobs: text, load: text, trace: text, seed: text, charts: text },
        ...{ preemptible: text, checkpoint: text },
        policy: { ...text, multiple: true },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function wholeNumber(option: string, text: string, most: number, least = 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}, and "${text}" was given.`);
}

function shareOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new UsageError(`${option} takes a number from 0 to 1, and "${text}" was given.`);
}

function policies(names: readonly string[]): LabPolicy[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--policy ${twice} is given twice.`);
  return (names.length === 0 ? POLICY_NAMES : names).map(labPolicy);
}

/** Whether a comparison has the two policies that the lab judges: what a queue without rules does, and what the park does. */
export function judgedPair<T extends { readonly name: string }>(compared: readonly T[]): readonly [simplest: T, park: T] | undefined {
  const simplest = compared.find(({ name }) => name === POLICY_NAMES[0]);
  const park = compared.find(({ name }) => name === PARK_POLICY);
  return simplest === undefined || park === undefined ? undefined : [simplest, park];
}
