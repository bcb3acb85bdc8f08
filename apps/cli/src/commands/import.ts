import { stringify } from 'yaml';
import { answerOf, connect } from '../api-client.ts';
import { parseCount } from '../arguments.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { writeDocument } from '../document-file.ts';
import { UsageError } from '../failures.ts';
import { chosenClass } from '../import/gpu-class-choice.ts';
import type { Imported, ImportedJob } from '../import/imported-job.ts';
import { importManifests } from '../import/kubernetes-manifest.ts';
import { importSlurmScript, isScript } from '../import/slurm-script.ts';
import { parseDocuments, readText } from '../input-file.ts';
import { type AddCommands, examples } from './command-context.ts';

/** The max runtime of a job whose file has no limit. */
const DEFAULT_RUNTIME = '24h';

/** What a manifest says and Speedspace cannot run yet, with what to do about it. The field stays, so that nothing else runs in its place. */
const NOT_YET = {
  array: 'Remove it, and submit one job for each index, with the index in env.',
  schedule: 'Remove it, and submit the job from cron or CI with a personal token (mss token create).',
  volumes: 'Remove it, and fetch data at the start of the command.',
} as const;

interface Options {
  readonly class?: string;
  readonly image?: string;
  readonly gpus?: number;
  readonly maxRuntime?: string;
  readonly selfPay?: true;
  readonly file?: string;
}

export const addImport: AddCommands = (program, environment) => {
  program
    .command('import')
    .description('turn a Kubernetes Job, CronJob, Pod, PyTorchJob, TrainJob or a Slurm script into a job file')
    .argument('<file>', 'manifest or script; - reads standard input')
    .option('--class <code>', 'GPU class (default: the class of the park that the file means)')
    .option('--image <reference>', 'container image in place of that of the file')
    .option('--gpus <n>', 'GPUs of each pod in place of those of the file', parseCount)
    .option('--max-runtime <duration>', `longest run in place of that of the file (${DEFAULT_RUNTIME} if it has none)`)
    .option('--self-pay', 'pay from the wallet what grants do not')
    .option('--file <path>', 'write the job file there')
    .addHelpText(
      'after',
      examples(
        'mss import train.sbatch --image registry.park.example/train:1 --file job.yaml',
        'mss import pytorchjob.yaml --class h800 | mss submit -f -',
      ),
    )
    .action(async (source: string, options: Options) => {
      const text = await readText(environment, source);
      const { jobs, leftOut } = isScript(text) ? importSlurmScript(text) : importManifests(source, parseDocuments(source, text));
      const documents = [];
      for (const job of jobs) documents.push(stringify(await jobFileOf(environment, job, options), { lineWidth: 0 }));
      await writeDocument(environment, options.file, documents.join('---\n'));
      for (const line of report({ jobs, leftOut }, options)) environment.err(`${line}\n`);
    });
};

/** The job file, in the order in which people write one. */
async function jobFileOf(environment: CliEnvironment, job: ImportedJob, options: Options): Promise<object> {
  const image = options.image ?? job.spec.image;
  const gpusPerReplica = options.gpus ?? job.spec.gpusPerReplica;
  if (image === undefined)
    throw new UsageError(`The file names no image for "${job.name}".`, 'Give it: --image registry.park.example/train:1.');
  if (gpusPerReplica === undefined) throw new UsageError(`"${job.name}" asks for no GPUs.`, 'Give the GPUs of each pod: --gpus 8.');
  const gpuClass = options.class ?? (await classOf(environment, job));
  const { maxRuntime, replicas, ...spec } = job.spec;
  const annotations = Object.keys(job.annotations).length > 0 && { annotations: job.annotations };
  return {
    apiVersion: 'speedspace.io/v1',
    kind: 'Job',
    metadata: { name: job.name, ...annotations },
    spec: {
      ...{ gpuClass, ...(replicas !== undefined && { replicas }), gpusPerReplica, image },
      ...{ ...spec, gpusPerReplica, image, maxRuntime: options.maxRuntime ?? maxRuntime ?? DEFAULT_RUNTIME },
      ...(options.selfPay === true && { selfPay: true }),
    },
  };
}

async function classOf(environment: CliEnvironment, job: ImportedJob): Promise<string> {
  const api = await connect(environment);
  return chosenClass(job, answerOf(await api.GET('/api/v1/gpu-classes')).items);
}

function report({ jobs, leftOut }: Imported, { maxRuntime }: Options): string[] {
  const unlimited = jobs.filter(({ spec }) => spec.maxRuntime === undefined && maxRuntime === undefined);
  const refused = jobs.flatMap(({ name, spec }) =>
    Object.entries(NOT_YET).flatMap(([field, remedy]) =>
      spec[field as keyof typeof NOT_YET] === undefined ? [] : [`"${name}" is refused with ${field}. ${remedy}`],
    ),
  );
  return [
    ...refused,
    ...unlimited.map(({ name }) => `"${name}" has no limit of its run: maxRuntime is ${DEFAULT_RUNTIME}.`),
    ...(leftOut.length > 0 ? ['Not carried over:'] : []),
    ...leftOut.map(({ where, detail }) => `  ${where}: ${detail}`),
  ];
}
