import type { operations } from '#api-client';
import { UsageError } from './failures.ts';
import { parseDocumentsAsWritten, readText } from './input-file.ts';
import { inOrderOfDependencies } from './job-documents.ts';
import type { CliEnvironment } from './cli-environment.ts';

/** The request body of quotes and submissions. */
export type JobFile = operations['jobs.submit']['requestBody']['content']['application/json'];

type Dependencies = NonNullable<JobFile['spec']['after']>;

/** A job in options: `mss submit --class h800 --gpus 8 --image … -- python train.py`. */
export interface JobOptions {
  readonly file?: string;
  readonly name?: string;
  readonly project?: string;
  readonly class?: string;
  readonly gpus?: number;
  readonly replicas?: number;
  readonly image?: string;
  readonly maxRuntime?: string;
  readonly priority?: 'low' | 'normal' | 'high';
  readonly topology?: { readonly key: string; readonly mode: 'prefer' | 'require' };
  readonly selfPay?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly retries?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly workingDir?: string;
  readonly shm?: string;
  readonly ephemeralStorage?: string;
  readonly after?: Dependencies;
  readonly runAs?: { readonly user: number; readonly group?: number };
}

const NEEDED = { class: '--class', gpus: '--gpus', image: '--image' } as const;
const DEFAULT_RUNTIME = '1h';

/** Adds `KEY=value` to the previous ones. */
export function collectEnv(pair: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = pair.indexOf('=');
  if (at < 1) throw new UsageError(`"${pair}" is no variable.`, 'Write --env KEY=value.');
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) };
}

/** Adds `JOB` or `JOB:end` to the previous ones. */
export function collectAfter(text: string, before: Dependencies = []): Dependencies {
  const [, job, on = 'success'] = /^([^:]+)(?::(success|end))?$/.exec(text) ?? [];
  if (job === undefined) throw new UsageError(`"${text}" is no job to wait for.`, 'Write --after JOB or --after JOB:end.');
  return [...before, { job, on: on as 'success' | 'end' }];
}

/** `1000` or `1000:1000`: a user, and a group. */
export function parseRunAs(text: string): { user: number; group?: number } {
  const [, user, group] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  if (user === undefined)
    throw new UsageError(`"${text}" is no user.`, 'Write --run-as USER:GROUP in numbers, such as --run-as 1000:1000.');
  return { user: Number(user), ...(group !== undefined && { group: Number(group) }) };
}

/** `require:rack`. Which kinds there are, the park decides. */
export function parseTopology(text: string): NonNullable<JobOptions['topology']> {
  const [mode, key, ...rest] = text.split(':');
  if ((mode !== 'prefer' && mode !== 'require') || key === undefined || key === '' || rest.length > 0)
    throw new UsageError(`"${text}" says no domain of nodes.`, 'Write --topology prefer:rack or --topology require:rack.');
  return { key, mode };
}

/** `registry.park.example/jiding/train:1.4` → `train`: the name of a job without one. */
export function nameFrom(image: string): string {
  const repository = (image.split('/').at(-1) ?? '').replace(/[:@].*$/, '').toLowerCase();
  const label = repository
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return label === '' ? 'job' : label;
}

/** The job of the options and of the arguments after `--`. The API checks whether it can run. */
export function jobFrom(options: JobOptions, command: readonly string[]): JobFile {
  const { class: gpuClass, gpus, image, name, project, maxRuntime = DEFAULT_RUNTIME, env, selfPay, ...others } = options;
  if (gpuClass === undefined || gpus === undefined || image === undefined) {
    const missing = Object.entries(NEEDED).filter(([option]) => options[option as keyof typeof NEEDED] === undefined);
    throw new UsageError(`${missing.map(([, flag]) => flag).join(' and ')} is missing.`, 'Give it, or a job file with -f job.yaml.');
  }
  return {
    apiVersion: 'speedspace.io/v1',
    kind: 'Job',
    metadata: { name: name ?? nameFrom(image), ...(project !== undefined && { project }) },
    spec: {
      gpuClass,
      gpusPerReplica: gpus,
      image,
      maxRuntime,
      ...(command.length > 0 && { command: [...command] }),
      ...(env !== undefined && { env: { ...env } }),
      ...(selfPay === true && { selfPay }),
      ...others,
    },
  };
}

/** The one job of a file (`-` is standard input) or of the options, never of both. */
export async function readJob(environment: CliEnvironment, options: JobOptions, command: readonly string[]): Promise<JobFile> {
  const [job, ...others] = await readJobs(environment, options, command);
  if (job === undefined) throw new UsageError(`${options.file ?? ''} has no job.`, 'Write a job file into it.');
  if (others.length > 0)
    throw new UsageError(`${options.file ?? ''} has ${others.length + 1} jobs, and one is asked for.`, 'Give one job.');
  return job;
}

/** The jobs of a file, in which `---` divides them, or the one of the options; in the order in which they are submitted. */
export async function readJobs(environment: CliEnvironment, options: JobOptions, command: readonly string[]): Promise<JobFile[]> {
  const { file, ...others } = options;
  if (file === undefined) return [jobFrom(others, command)];
  const described = Object.keys(others).length > 0;
  if (described || command.length > 0) throw new UsageError('A job comes from a file or from options, not from both.');
  return inOrderOfDependencies(file, parseDocumentsAsWritten(file, await readText(environment, file)) as JobFile[]);
}
