import type { components } from '#api-client';
import { type Api, answerOf, connect } from '../api-client.ts';
import { collect, parseCount } from '../arguments.ts';
import { companyFilter } from '../capacity.ts';
import { UsageError } from '../failures.ts';
import { type Column, render } from '../output.ts';
import { firstOf } from '../pages.ts';
import { inQueueOrder, queueColumns } from '../queue-view.ts';
import { changeNamed } from '../schedule-changes.ts';
import { harmless } from '../terminal-text.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

/** Every waiting job is read, because its place is known only after all are. */
const MOST_JOBS = 100_000;

interface QueueOptions extends Shown {
  readonly class?: string;
  readonly company?: string;
  readonly whatIf: readonly string[];
  readonly hours?: number;
}

type WhatIf = components['schemas']['ScheduleWhatIf'];
type Side = WhatIf['classes'][number]['before'];

const whatIfColumns: Column<WhatIf['items'][number]>[] = [
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  { title: 'id', of: ({ jobId }) => jobId },
  { title: 'company', of: ({ companyName }) => harmless(companyName) },
  { title: 'name', of: ({ name }) => harmless(name) },
  { title: 'gpus', of: ({ gpus }) => String(gpus), align: 'right' },
  { title: 'starts as it is', of: ({ startsBefore }) => startsBefore ?? 'later' },
  { title: 'starts with the change', of: ({ startsAfter }) => startsAfter ?? 'later' },
];

const percent = (basisPoints: number): string => `${(basisPoints / 100).toFixed(1)} %`;
const change = (before: Side, after: Side, of: (side: Side) => string): string => `${of(before)} -> ${of(after)}`;

const sumColumns: Column<WhatIf['classes'][number]>[] = [
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  { title: 'waiting', of: ({ waiting }) => String(waiting), align: 'right' },
  { title: 'start', of: ({ before, after }) => change(before, after, ({ starts }) => String(starts)), align: 'right' },
  { title: 'in both', of: ({ startInBoth }) => String(startInBoth), align: 'right' },
  {
    title: 'mean wait (s)',
    of: ({ before, after }) => change(before, after, ({ meanWaitSeconds }) => String(meanWaitSeconds ?? '-')),
    align: 'right',
  },
  { title: 'in use', of: ({ before, after }) => change(before, after, ({ utilisationBp }) => percent(utilisationBp)), align: 'right' },
];

/** The schedule with changed nodes and limits, beside the one as it is. */
async function whatIf(api: Api, { whatIf: texts, hours, class: gpuClass, company }: QueueOptions): Promise<WhatIf> {
  if (company !== undefined) throw new UsageError('A simulation is of all companies.', 'Leave out --company.');
  const changes = [];
  for (const text of texts) changes.push(await changeNamed(api, text, gpuClass));
  const body = { changes, ...(hours !== undefined && { hours }) };
  return answerOf(await api.POST('/api/v1/schedule/what-if', { body }));
}

export const addQueue: AddCommands = (program, environment) => {
  verb(
    program,
    'queue',
    'waiting jobs in their order, with their reasons and expected starts',
    'mss queue',
    'mss queue --class h800 -o json',
    'mss queue --what-if nodes=+4,class=h800 --what-if limit=jiding:64,class=h800',
    'mss queue --class h800 --what-if open=node-3 --hours 24',
  )
    .option('--class <code>', 'only of this GPU class')
    .option('--company <id or slug>', "for the park's people: only of this company")
    .option(
      '--what-if <change>',
      'for operators: simulate nodes=+4, nodes=-2, limit=COMPANY:64, open=NODE or close=NODE; may be repeated',
      collect,
      [],
    )
    .option('--hours <n>', 'how far ahead to simulate (default: 48)', parseCount)
    .action(async (options: QueueOptions) => {
      const { class: gpuClass, company, ...shown } = options;
      const api = await connect(environment);
      if (options.whatIf.length > 0) {
        const simulated = await whatIf(api, options);
        const items = simulated.items.filter((job) => gpuClass === undefined || job.gpuClass === gpuClass);
        environment.out(render(shown.output, { ...simulated, items }, whatIfColumns, items));
        if (shown.output === 'table') {
          const { classes, asOf, until, assumption } = simulated;
          environment.out(`\n${render('table', classes, sumColumns, classes)}`);
          environment.out(
            `\nFrom the queue as of ${asOf} until ${until}. The mean waits are of the jobs that start in both. ${assumption}\n`,
          );
        }
        return;
      }
      const filter = { state: 'Queued', ...(gpuClass !== undefined && { gpuClass }), ...(await companyFilter(api, company)) };
      const jobs = await firstOf(MOST_JOBS, (page) => api.GET('/api/v1/jobs', { params: { query: { ...filter, ...page } } }));
      showAll(environment, shown, inQueueOrder(jobs), queueColumns);
    });
};
