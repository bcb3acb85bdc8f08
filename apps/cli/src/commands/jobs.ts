import { Option } from 'commander';
import { answerOf, connect } from '../api-client.ts';
import { factColumns, type Job, jobColumns, jobFacts } from '../job-view.ts';
import { type Format, render } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { type AddCommands, examples, outputOption } from './command-context.ts';
import { parseCount } from './submit.ts';

interface ListOptions {
  readonly output: Format;
  readonly state?: string;
  readonly class?: string;
  readonly name?: string;
  readonly limit: number;
}

const LARGEST_PAGE = 200;

async function listJobs(surroundings: Surroundings, options: ListOptions): Promise<Job[]> {
  const api = await connect(surroundings);
  const filter = {
    ...(options.state !== undefined && { state: options.state }),
    ...(options.class !== undefined && { gpuClass: options.class }),
    ...(options.name !== undefined && { name: options.name }),
  };
  const jobs: Job[] = [];
  for (let cursor: string | undefined; jobs.length < options.limit;) {
    const limit = Math.min(LARGEST_PAGE, options.limit - jobs.length);
    const query = { ...filter, limit, ...(cursor !== undefined && { cursor }) };
    const page = answerOf(await api.GET('/api/v1/jobs', { params: { query } }));
    jobs.push(...page.items);
    if (page.nextCursor === undefined) break;
    cursor = page.nextCursor;
  }
  return jobs;
}

export const addList: AddCommands = (program, surroundings) => {
  program
    .command('ls')
    .description('jobs, the latest first')
    .option('--state <states>', 'only in these states, separated by commas')
    .option('--class <code>', 'only of this GPU class')
    .option('--name <part>', 'only with this in their names')
    .addOption(new Option('--limit <n>', 'at most so many').argParser(parseCount).default(50))
    .addOption(outputOption())
    .addHelpText('after', examples('mss ls', 'mss ls --state Queued,Running -o json'))
    .action(async (options: ListOptions) => {
      const jobs = await listJobs(surroundings, options);
      if (jobs.length === 0 && options.output === 'table') surroundings.err('There are no such jobs.\n');
      else surroundings.out(render(options.output, jobs, jobColumns(surroundings.colours), jobs));
    });
};

export const addShow: AddCommands = (program, surroundings) => {
  program
    .command('show')
    .description('all about a job')
    .argument('<job>', 'its id')
    .addOption(outputOption())
    .addHelpText('after', examples('mss show job_01j8', 'mss show job_01j8 -o yaml'))
    .action(async (id: string, { output }: { output: Format }) => {
      const job = answerOf(await (await connect(surroundings)).GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
      surroundings.out(render(output, job, factColumns, jobFacts(job, surroundings.colours)));
    });
};

export const addCancel: AddCommands = (program, surroundings) => {
  program
    .command('cancel')
    .description('end a job for good')
    .argument('<job>', 'its id')
    .addOption(outputOption())
    .addHelpText('after', examples('mss cancel job_01j8'))
    .action(async (id: string, { output }: { output: Format }) => {
      const job = answerOf(await (await connect(surroundings)).POST('/api/v1/jobs/{id}/cancel', { params: { path: { id } } }));
      surroundings.out(render(output, job, jobColumns(surroundings.colours), [job]));
    });
};

export const addResume: AddCommands = (program, surroundings) => {
  program
    .command('resume')
    .description('take up a suspended job again')
    .argument('<job>', 'its id')
    .addOption(outputOption())
    .addHelpText('after', examples('mss resume job_01j8'))
    .action(async (id: string, { output }: { output: Format }) => {
      const job = answerOf(await (await connect(surroundings)).POST('/api/v1/jobs/{id}/resume', { params: { path: { id } } }));
      surroundings.out(render(output, job, jobColumns(surroundings.colours), [job]));
    });
};
