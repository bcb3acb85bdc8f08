import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { answerOf, connect } from '../api-client.ts';
import { collectEnv, type JobOptions, readJob } from '../job-file.ts';
import { factColumns, jobColumns, quoteFacts } from '../job-view.ts';
import { type Format, render } from '../output.ts';
import { waitForEnd } from '../wait.ts';
import { type AddCommands, examples, outputOption } from './command-context.ts';

/** A whole number from 1. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('A whole number from 1.');
  return Number(text);
}

function describesJob(command: Command): Command {
  return command
    .argument('[command...]', 'what each pod runs, behind --')
    .option('-f, --file <job.yaml>', 'job file; - reads standard input')
    .option('--name <name>', 'name of the job (default: that of the image)')
    .option('--class <code>', 'GPU class')
    .option('--gpus <n>', 'GPUs of each pod', parseCount)
    .option('--replicas <n>', 'pods, all or none', parseCount)
    .option('--image <reference>', 'container image')
    .option('--max-runtime <duration>', 'longest run, such as 12h (default: 1h)')
    .addOption(new Option('--priority <level>', 'place in the queue').choices(['low', 'normal', 'high']))
    .option('--self-pay', 'pay from the wallet what grants do not')
    .option('--env <KEY=value>', 'variable of the environment; may be repeated', collectEnv);
}

export const addQuote: AddCommands = (program, surroundings) => {
  describesJob(program.command('quote').description('what a job would cost, and who would pay'))
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples('mss quote -f job.yaml', 'mss quote --class h800 --gpus 8 --image registry.park.example/train:1 -o json'),
    )
    .action(async (command: string[], options: JobOptions & { output: Format }) => {
      const { output, ...described } = options;
      const body = await readJob(surroundings, described, command);
      const quote = answerOf(await (await connect(surroundings)).POST('/api/v1/quotes', { body }));
      surroundings.out(render(output, quote, factColumns, quoteFacts(quote)));
    });
};

export const addSubmit: AddCommands = (program, surroundings) => {
  describesJob(program.command('submit').description('submit a job'))
    .option('--wait', 'wait for its end; exit code 5 unless it succeeds')
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples(
        'mss submit -f job.yaml --wait',
        'mss submit --class h800 --gpus 8 --image registry.park.example/train:1 --max-runtime 12h -- python train.py',
      ),
    )
    .action(async (command: string[], options: JobOptions & { output: Format; wait?: true }) => {
      const { output, wait, ...described } = options;
      const body = await readJob(surroundings, described, command);
      const api = await connect(surroundings);
      // One key for all repetitions of this submission: a lost answer does not make two jobs.
      const headers = { 'idempotency-key': randomUUID() };
      const job = answerOf(await api.POST('/api/v1/jobs', { body, params: { header: headers } }));
      if (wait !== true) {
        surroundings.out(render(output, job, jobColumns(surroundings.colours), [job]));
        return;
      }
      surroundings.err(`${job.id} is submitted.\n`);
      await waitForEnd(api, surroundings, job.id, (ended) => {
        surroundings.out(render(output, ended, jobColumns(surroundings.colours), [ended]));
      });
    });
};
