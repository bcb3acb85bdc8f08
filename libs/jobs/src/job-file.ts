import { z } from 'zod';
import { formatDuration, parseDuration } from './domain/duration.ts';
import { type JobFault, refuseIfAny } from './domain/job-faults.ts';
import type { JobSpec } from './domain/job-spec.ts';
import { PRIORITIES } from './domain/job-spec.ts';
import { formatCpu, formatMemory, parseCpu, parseMemory } from './domain/quantity.ts';

/** Annotations a tenant may set: the script by which the simulated cluster plays the pods. */
const ANNOTATION_PREFIX = 'sim.speedspace.io/';
/** Set by Speedspace in every pod (interfaces.md). */
const RESERVED_ENV = new Set(['MASTER_ADDR', 'MASTER_PORT', 'NODE_RANK', 'NNODES', 'WORLD_SIZE', 'JOB_COMPLETION_INDEX']);

const LONGEST_RUNTIME_SECONDS = 30 * 86_400;
const LONGEST_GRACE_SECONDS = 3_600;

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const IMAGE = /^[a-z0-9]([a-zA-Z0-9._:/-]*[a-zA-Z0-9])?(@sha256:[0-9a-f]{64})?$/;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function duration(minimumSeconds: number, maximumSeconds: number, what: string) {
  return z.string().refine(
    (text) => {
      const seconds = parseDuration(text);
      return seconds !== undefined && seconds >= minimumSeconds && seconds <= maximumSeconds;
    },
    { error: `${what} is a duration from ${formatDuration(minimumSeconds)} to ${formatDuration(maximumSeconds)}.` },
  );
}

const count = (minimum: number, maximum: number, what: string) =>
  z
    .int({ error: `${what} is a whole number.` })
    .min(minimum, `${what} is at least ${minimum}.`)
    .max(maximum, `${what} is at most ${maximum}.`);

const words = z.array(z.string().max(32_768)).max(1_000);

const env = z.record(z.string(), z.string().max(32_768), { error: 'env maps names to text.' }).check((context) => {
  for (const name of Object.keys(context.value)) {
    if (ENV_NAME.test(name) && !RESERVED_ENV.has(name)) continue;
    const message = RESERVED_ENV.has(name) ? `${name} is set by Speedspace.` : `"${name}" is not a name of a variable.`;
    context.issues.push({ code: 'custom', message, path: [name], input: context.value });
  }
});

const annotations = z.record(z.string(), z.string().max(16_384)).check((context) => {
  for (const key of Object.keys(context.value)) {
    if (key.startsWith(ANNOTATION_PREFIX)) continue;
    context.issues.push({ code: 'custom', message: `The annotation "${key}" is not allowed.`, path: [key], input: context.value });
  }
});

/** The job file of interfaces.md as it is written; `parseJobFile` turns it into a `JobSpec`. */
export const jobFileSchema = z.strictObject({
  apiVersion: z.literal('speedspace.io/v1', { error: 'The apiVersion is "speedspace.io/v1".' }),
  kind: z.literal('Job', { error: 'The kind is "Job".' }),
  metadata: z.strictObject({
    name: z.string().regex(DNS_LABEL, { error: 'A name is a DNS label: up to 63 lower-case letters, digits and hyphens.' }),
    annotations: annotations.optional(),
  }),
  spec: z.strictObject({
    gpuClass: z.string().min(1).max(63),
    replicas: count(1, 1_024, 'replicas').default(1),
    gpusPerReplica: count(1, 1_024, 'gpusPerReplica'),
    image: z.string().max(512).regex(IMAGE, { error: 'image is a reference such as registry.park.example/team/train:1.4.' }),
    command: words.optional(),
    args: words.optional(),
    env: env.optional(),
    maxRuntime: duration(1, LONGEST_RUNTIME_SECONDS, 'maxRuntime'),
    checkpoint: z
      .strictObject({
        grace: duration(0, LONGEST_GRACE_SECONDS, 'grace').default('30s'),
        resume: z.enum(['auto', 'manual']).default('manual'),
      })
      .optional(),
    priority: z.enum(PRIORITIES).default('normal'),
    selfPay: z.boolean().default(false),
    retries: count(0, 10, 'retries').default(0),
    cpu: z
      .string()
      .refine((text) => parseCpu(text) !== undefined, { error: 'cpu is a quantity of cores.' })
      .optional(),
    memory: z
      .string()
      .refine((text) => parseMemory(text) !== undefined, { error: 'memory is a quantity of bytes.' })
      .optional(),
  }),
});

/** A job file that the schema has accepted, defaults not filled in. */
export type JobFile = z.input<typeof jobFileSchema>;

const REMEDIES: Readonly<Record<string, string>> = {
  '/apiVersion': 'Write "apiVersion: speedspace.io/v1".',
  '/kind': 'Write "kind: Job".',
  '/metadata/name': 'Give a name such as sft-7b.',
  '/metadata/annotations': `Remove it, or use annotations of ${ANNOTATION_PREFIX} only.`,
  '/spec/gpuClass': 'Name one of the GPU classes that "mss class ls" shows.',
  '/spec/replicas': 'Give the number of pods, such as 4.',
  '/spec/gpusPerReplica': 'Give the GPUs of one pod, such as 8.',
  '/spec/image': 'Give a full image reference, such as registry.park.example/team/train:1.4.',
  '/spec/command': 'Give a list of words, such as [python, train.py].',
  '/spec/args': 'Give a list of words.',
  '/spec/env': 'Map names of letters, digits and "_" to text in quotes; leave those that Speedspace sets.',
  '/spec/maxRuntime': 'Write it like 90s, 5m, 12h or 2d.',
  '/spec/checkpoint/grace': 'Write it like 90s or 5m.',
  '/spec/checkpoint/resume': 'Write auto or manual.',
  '/spec/priority': 'Write low, normal or high.',
  '/spec/selfPay': 'Write true or false.',
  '/spec/retries': 'Give a number from 0 to 10.',
  '/spec/cpu': 'Write it like 8 or 500m.',
  '/spec/memory': 'Write it like 64Gi or 500M.',
};

function remedyFor(field: string): string {
  for (let pointer = field; pointer !== ''; pointer = pointer.slice(0, pointer.lastIndexOf('/'))) {
    const remedy = REMEDIES[pointer];
    if (remedy !== undefined) return remedy;
  }
  return 'Compare it with the example of a job file in the documentation.';
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function faultsOf(issue: z.core.$ZodIssue): JobFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const field = pointerTo([...issue.path, key]);
      return { field, detail: `There is no field "${key}" here.`, remedy: 'Remove it, or correct its name.' };
    });
  }
  const field = pointerTo(issue.path);
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ field, detail: missing ? `${field} is missing.` : issue.message, remedy: remedyFor(field) }];
}

/** Reads a job file. @throws JobRefused `job.invalid` with every fault, its JSON pointer and its remedy */
export function parseJobFile(input: unknown): JobSpec {
  const parsed = jobFileSchema.safeParse(input, { reportInput: true });
  if (!parsed.success) {
    refuseIfAny(parsed.error.issues.flatMap(faultsOf));
    throw parsed.error;
  }
  const { metadata, spec } = parsed.data;
  return {
    name: metadata.name,
    gpuClass: spec.gpuClass,
    replicas: spec.replicas,
    gpusPerReplica: spec.gpusPerReplica,
    image: spec.image,
    command: spec.command ?? [],
    args: spec.args ?? [],
    env: spec.env ?? {},
    maxRuntimeSeconds: parseDuration(spec.maxRuntime) ?? 0,
    checkpoint: {
      graceSeconds: parseDuration(spec.checkpoint?.grace ?? '30s') ?? 0,
      resume: spec.checkpoint?.resume ?? 'manual',
    },
    priority: spec.priority,
    selfPay: spec.selfPay,
    retries: spec.retries,
    cpuMillis: (spec.cpu === undefined ? undefined : parseCpu(spec.cpu)) ?? null,
    memoryBytes: (spec.memory === undefined ? undefined : parseMemory(spec.memory)) ?? null,
    annotations: metadata.annotations ?? {},
  };
}

/** The job file that says what `spec` says: for showing, cloning and submitting again. */
export function toJobFile(spec: JobSpec): JobFile {
  return {
    apiVersion: 'speedspace.io/v1',
    kind: 'Job',
    metadata: { name: spec.name, ...(Object.keys(spec.annotations).length > 0 && { annotations: { ...spec.annotations } }) },
    spec: {
      gpuClass: spec.gpuClass,
      replicas: spec.replicas,
      gpusPerReplica: spec.gpusPerReplica,
      image: spec.image,
      ...(spec.command.length > 0 && { command: [...spec.command] }),
      ...(spec.args.length > 0 && { args: [...spec.args] }),
      ...(Object.keys(spec.env).length > 0 && { env: { ...spec.env } }),
      maxRuntime: formatDuration(spec.maxRuntimeSeconds),
      checkpoint: { grace: formatDuration(spec.checkpoint.graceSeconds), resume: spec.checkpoint.resume },
      priority: spec.priority,
      selfPay: spec.selfPay,
      retries: spec.retries,
      ...(spec.cpuMillis !== null && { cpu: formatCpu(spec.cpuMillis) }),
      ...(spec.memoryBytes !== null && { memory: formatMemory(spec.memoryBytes) }),
    },
  };
}
