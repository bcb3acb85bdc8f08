import { type Command, Option } from 'commander';
import { type Api, answerOf, connect } from '../api-client.ts';
import { parseCount } from '../arguments.ts';
import { nameOf, withSubmittedIds } from '../job-documents.ts';
import { collectAfter, collectEnv, type JobFile, type JobOptions, parseRunAs, parseTopology, readJob, readJobs } from '../job-file.ts';
import { logLines, printLines } from '../job-logs.ts';
import { type Job, jobColumns, quoteFacts } from '../job-view.ts';
import { describeFailure, UsageError } from '../failures.ts';
import { idempotencyKey } from '../request-headers.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { waitForEnd } from '../wait.ts';
import { type AddCommands, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';

const IMAGE = 'registry.park.example/train:1';

function describesJob(command: Command): Command {
  return command
    .argument('[command...]', 'what each pod runs, behind --')
    .option('-f, --file <job.yaml>', 'job file; - reads standard input')
    .option('--name <name>', 'name of the job (default: that of the image)')
    .option('--project <code>', 'project of the company that it belongs to')
    .option('--class <code>', 'GPU class')
    .option('--gpus <n>', 'GPUs of each pod', parseCount)
    .option('--replicas <n>', 'pods, all or none', parseCount)
    .option('--image <reference>', 'container image')
    .option('--max-runtime <duration>', 'longest run, such as 12h (default: 1h)')
    .addOption(new Option('--priority <level>', 'place in the queue; low may be stopped for others').choices(['low', 'normal', 'high']))
    .option('--topology <mode:kind>', 'all pods in one domain of nodes, such as prefer:rack or require:nvlink', parseTopology)
    .option('--self-pay', 'pay from the wallet what grants do not')
    .option('--env <KEY=value>', 'variable of the environment; may be repeated', collectEnv)
    .option('--after <job>', 'start after this job, by name or id, has succeeded, or JOB:end after any end; may be repeated', collectAfter)
    .option('--retries <n>', 'how often a pod whose program fails is started again', parseCount)
    .option('--cpu <cores>', 'of each pod, such as 32 (default: a share for each GPU)')
    .option('--memory <bytes>', 'of each pod, such as 256Gi (default: a share for each GPU)')
    .option('--working-dir <path>', 'directory in which the command starts (default: that of the image)')
    .option('--shm <bytes>', 'size of /dev/shm, such as 64Gi, which is part of the memory (default: 64Mi)')
    .option('--ephemeral-storage <bytes>', 'disk that each pod is guaranteed and limited to, such as 200Gi (default: no limit)')
    .option('--run-as <user:group>', 'user and group of the processes in numbers, not root (default: 1000:1000)', parseRunAs);
}

export const addQuote: AddCommands = (program, environment) => {
  const examples = ['mss quote -f job.yaml', `mss quote --class h800 --gpus 8 --image ${IMAGE} -o json`];
  describesJob(verb(program, 'quote', 'what a job would cost, who would pay, and when it would start', ...examples)).action(
    async (command: string[], { output, ...described }: JobOptions & Shown) => {
      const body = await readJob(environment, described, command);
      const quote = answerOf(await (await connect(environment)).POST('/api/v1/quotes', { body }));
      showOne(environment, { output }, quote, quoteFacts(quote));
    },
  );
};

/** Submits jobs in their order. One that waits for an earlier one waits for the job that was submitted just now. */
async function submitAll(api: Api, bodies: readonly JobFile[]): Promise<Job[]> {
  const ids = new Map<string, string>();
  const submitted: Job[] = [];
  for (const body of bodies) {
    const job = answerOf(await api.POST('/api/v1/jobs', { body: withSubmittedIds(body, ids), params: { header: idempotencyKey() } }));
    ids.set(nameOf(body), job.id);
    submitted.push(job);
  }
  return submitted;
}

/** Prints the log of the first pod. If the log cannot be read, the command still waits for the job. */
async function printLogs(api: Api, environment: CliEnvironment, id: string, attempt: number): Promise<void> {
  try {
    for await (const { text } of logLines(api, id, { attempt })) printLines(environment, [text]);
  } catch (error) {
    environment.err(`The log is not to be had: ${describeFailure(error)}\n`);
  }
}

/** Whether a container of the job ended by itself. */
function hasRun({ state, exit }: Job): boolean {
  return state === 'Succeeded' || (exit !== null && exit.exitCode !== null);
}

export const addSubmit: AddCommands = (program, environment) => {
  const examples = [
    'mss submit -f job.yaml --wait',
    'mss submit -f several.yaml',
    `mss submit --class h800 --gpus 8 --image ${IMAGE} --max-runtime 12h --logs -- python train.py`,
  ];
  describesJob(verb(program, 'submit', 'submit a job', ...examples))
    .option('--wait', 'wait for its end; exit code 5 unless it succeeds')
    .option('--logs', 'show what its first pod writes, and wait for its end')
    .action(async (command: string[], options: JobOptions & Shown & { wait?: true; logs?: true }) => {
      const { output, wait, logs, ...described } = options;
      const bodies = await readJobs(environment, described, command);
      const [first, ...more] = bodies;
      if (first === undefined) throw new UsageError(`${described.file ?? ''} has no job.`, 'Write a job file into it.');
      const api = await connect(environment);
      if (more.length > 0) {
        if (wait === true || logs === true)
          throw new UsageError('One job can be waited for, and the file has several.', 'Submit them without --wait and --logs.');
        showAll(environment, { output }, await submitAll(api, bodies), jobColumns(environment.colours));
        return;
      }
      const job = answerOf(await api.POST('/api/v1/jobs', { body: first, params: { header: idempotencyKey() } }));
      if (wait !== true && logs !== true) {
        showRow(environment, { output }, job, jobColumns(environment.colours));
        return;
      }
      environment.err(`${job.id} is submitted.\n`);
      const printing: Promise<void>[] = [];
      await waitForEnd(api, environment, job.id, {
        running: (attempt) => {
          if (logs === true) printing.push(printLogs(api, environment, job.id, attempt));
        },
        ended: async (ended) => {
          // The job ran for such a short time that the state Running was never seen.
          if (logs === true && printing.length === 0 && hasRun(ended)) printing.push(printLogs(api, environment, job.id, ended.attempt));
          await Promise.all(printing);
          showRow(environment, { output }, ended, jobColumns(environment.colours));
        },
      });
    });
};
