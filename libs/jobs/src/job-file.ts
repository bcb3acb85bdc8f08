import { z } from 'zod';
import { faultOfVariable, MOST_VARIABLES } from '#catalog';
import { faultyTexts, formatDuration, jsonPointer } from '#kernel';
import { dependencyFields } from './dependency-fields.ts';
import { containerFields, containerFieldsOf, containerSettingsOf } from './container-fields.ts';
import { faultOfAnnotationKey, faultOfAnnotations } from './domain/annotations.ts';
import { faultOfImage } from './domain/image-reference.ts';
import { type JobFault, refuseIfAny } from './domain/job-faults.ts';
import { secretMounts } from './domain/job-secrets.ts';
import type { JobSpec } from './domain/job-spec.ts';
import { faultsOfMounts } from './domain/mount-path.ts';
import { PRIORITIES } from './domain/job-spec.ts';
import { formatCpu, formatMemory, parseCpu, parseMemory } from './domain/quantity.ts';
import { givenSecretFields, secretFields } from './job-secrets.schema.ts';
import { faultsOf, MOST_FAULTS } from './job-file-faults.ts';
import { count, duration, projectCode, quantity, secondsOf, topology, word, words } from './job-file-fields.ts';

const LONGEST_RUNTIME_SECONDS = 30 * 86_400;
const LONGEST_GRACE_SECONDS = 3_600;
/**
 * UTF-8 bytes of a whole job file as JSON. Its Kubernetes objects hold each text once, and up to some 200 bytes beside each variable and
 * annotation for its field and its managed field: together they stay below half of the 1.5 MiB that etcd takes, in the Job and in
 * each of its pods.
 */
const MOST_FILE_BYTES = 256 * 1024;
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const env = z
  .record(z.string(), word('A value'), { error: 'env maps names to text.' })
  .check(keysWithout(faultOfVariable, MOST_VARIABLES, 'variables'));

const annotations = z
  .record(z.string(), word('A value'), { error: 'annotations map names to text.' })
  .check(
    keysWithout(
      (key) => {
        const fault = faultOfAnnotationKey(key);
        return fault === undefined ? undefined : `The annotation "${key.slice(0, 80)}" ${fault}.`;
      },
      MOST_VARIABLES,
      'annotations',
    ),
  )
  .check((context) => {
    const fault = faultOfAnnotations(context.value);
    if (fault !== undefined) context.issues.push({ code: 'custom', message: fault, path: [], input: context.value });
  });

/** Checks the number of keys, then each of them; the first hundred faulty ones are listed. */
function keysWithout(faultOf: (key: string) => string | undefined, most: number, what: string) {
  return ({ value, issues }: z.core.ParsePayload<Record<string, string>>): void => {
    const keys = Object.keys(value);
    if (keys.length > most) {
      issues.push({ code: 'custom', message: `There are ${keys.length} ${what}; ${most} are the most.`, path: [], input: value });
      return;
    }
    const faulty = keys.flatMap((key) => {
      const message = faultOf(key);
      return message === undefined ? [] : [{ key, message }];
    });
    for (const { key, message } of faulty.slice(0, MOST_FAULTS)) issues.push({ code: 'custom', message, path: [key], input: value });
  };
}

/** The job file of interfaces.md as it is written; `parseJobFile` turns it into a `JobSpec`. */
export const jobFileSchema = z.strictObject({
  apiVersion: z.literal('speedspace.io/v1', { error: 'The apiVersion is "speedspace.io/v1".' }),
  kind: z.literal('Job', { error: 'The kind is "Job".' }),
  metadata: z.strictObject({
    name: z.string().regex(DNS_LABEL, { error: 'A name is a DNS label: up to 63 lower-case letters, digits and hyphens.' }),
    project: projectCode.optional().describe('Code of a project of the company'),
    annotations: annotations.optional(),
  }),
  spec: z.strictObject({
    gpuClass: z.string().min(1).max(63),
    replicas: count(1, 1_024, 'replicas').default(1),
    gpusPerReplica: count(1, 1_024, 'gpusPerReplica'),
    image: z.string().check(({ value, issues }) => {
      const fault = faultOfImage(value);
      if (fault !== undefined) issues.push({ code: 'custom', message: `This is not an image reference: ${fault}.`, input: value });
    }),
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
    cpu: quantity(parseCpu, 'cpu is a quantity of cores.').optional(),
    memory: quantity(parseMemory, 'memory is a quantity of bytes.').optional(),
    ...containerFields,
    topology: topology.optional(),
    ...secretFields,
    ...dependencyFields,
  }),
});

/** A job file that the schema has accepted, defaults not filled in. */
export type JobFile = z.input<typeof jobFileSchema>;

/** What is wrong with the file as text: it is too much of it, or there are characters that no pod can be given. */
function faultsOfText(input: unknown): JobFault[] {
  const faulty = faultyTexts(input).map(({ path, detail }) => ({
    field: jsonPointer(path),
    detail,
    remedy: 'Leave it out. In a shell command, write the escape with two backslashes, or the text in single quotes.',
  }));
  if (faulty.length > 0) return faulty;
  const bytes = Buffer.byteLength(JSON.stringify({ file: input }));
  if (bytes <= MOST_FILE_BYTES) return [];
  return [
    {
      field: '',
      detail: `The job file has ${bytes} bytes; ${MOST_FILE_BYTES} are the most.`,
      remedy: 'Build long scripts and data into the image, or fetch them at the start of the command.',
    },
  ];
}

/** Reads a job file. @throws JobRefused `job.invalid` with every fault (a hundred at most), its JSON pointer and its remedy */
export function parseJobFile(input: unknown): JobSpec {
  refuseIfAny(faultsOfText(input));
  const parsed = jobFileSchema.safeParse(input, { reportInput: true });
  if (!parsed.success) {
    refuseIfAny(parsed.error.issues.flatMap(faultsOf).slice(0, MOST_FAULTS));
    throw parsed.error;
  }
  const { metadata, spec } = parsed.data;
  refuseIfAny(faultsOfMounts(secretMounts(spec)));
  return {
    name: metadata.name,
    ...(metadata.project !== undefined && { project: metadata.project }),
    gpuClass: spec.gpuClass,
    replicas: spec.replicas,
    gpusPerReplica: spec.gpusPerReplica,
    image: spec.image,
    command: spec.command ?? [],
    args: spec.args ?? [],
    env: spec.env ?? {},
    maxRuntimeSeconds: secondsOf(spec.maxRuntime) ?? 0,
    checkpoint: {
      graceSeconds: secondsOf(spec.checkpoint?.grace ?? '30s') ?? 0,
      resume: spec.checkpoint?.resume ?? 'manual',
    },
    priority: spec.priority,
    selfPay: spec.selfPay,
    retries: spec.retries,
    cpuMillis: (spec.cpu === undefined ? undefined : parseCpu(spec.cpu)) ?? null,
    memoryBytes: (spec.memory === undefined ? undefined : parseMemory(spec.memory)) ?? null,
    ...(spec.topology !== undefined && { topology: spec.topology }),
    ...givenSecretFields(spec),
    annotations: metadata.annotations ?? {},
    ...containerSettingsOf(spec),
    ...(spec.after !== undefined && { after: spec.after }),
  };
}

/** `spec` for eyes that are not its company's: names of the environment stay, values do not. */
export function withHiddenEnv(spec: JobSpec): JobSpec {
  return { ...spec, env: Object.fromEntries(Object.keys(spec.env).map((name) => [name, '(hidden)'])) };
}

/** The job file that says what `spec` says: for showing, cloning and submitting again. */
export function toJobFile(spec: JobSpec): JobFile {
  return {
    apiVersion: 'speedspace.io/v1',
    kind: 'Job',
    metadata: {
      name: spec.name,
      ...(spec.project !== undefined && { project: spec.project }),
      ...(Object.keys(spec.annotations).length > 0 && { annotations: { ...spec.annotations } }),
    },
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
      ...containerFieldsOf(spec),
      ...(spec.topology !== undefined && { topology: { ...spec.topology } }),
      ...givenSecretFields(spec),
      ...(spec.after !== undefined && { after: spec.after.map((dependency) => ({ ...dependency })) }),
    },
  };
}
