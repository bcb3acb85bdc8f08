import { connect } from '../api-client.ts';
import { companyFilter } from '../capacity.ts';
import { firstOf } from '../pages.ts';
import { inQueueOrder, queueColumns } from '../queue-view.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

/** Every waiting job is read, because its place is known only after all are. */
const MOST_JOBS = 100_000;

interface QueueOptions extends Shown {
  readonly class?: string;
  readonly company?: string;
}

export const addQueue: AddCommands = (program, environment) => {
  verb(
    program,
    'queue',
    'waiting jobs in their order, with their reasons and expected starts',
    'mss queue',
    'mss queue --class h800 -o json',
  )
    .option('--class <code>', 'only of this GPU class')
    .option('--company <id or slug>', "for the park's people: only of this company")
    .action(async ({ class: gpuClass, company, ...shown }: QueueOptions) => {
      const api = await connect(environment);
      const filter = { state: 'Queued', ...(gpuClass !== undefined && { gpuClass }), ...(await companyFilter(api, company)) };
      const jobs = await firstOf(MOST_JOBS, (page) => api.GET('/api/v1/jobs', { params: { query: { ...filter, ...page } } }));
      showAll(environment, shown, inQueueOrder(jobs), queueColumns);
    });
};
