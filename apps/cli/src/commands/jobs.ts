import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import { companyFilter } from '../capacity.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { ItemsRefused } from '../failures.ts';
import { jobColumns, jobFacts, type PodEvent, podEventColumns, warningFacts, whyFacts } from '../job-view.ts';
import type { JobFile } from '../job-file.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { idempotencyKey } from '../request-headers.ts';
import { type AddCommands, type Listed, listVerb, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';

interface ListOptions extends Listed {
  readonly state?: string;
  readonly class?: string;
  readonly name?: string;
  readonly project?: string;
  readonly company?: string;
}

export const addList: AddCommands = (program, environment) => {
  listVerb(program, 'ls', 'jobs, the latest first', 'mss ls', 'mss ls --state Queued,Running -o json')
    .option('--state <states>', 'only in these states, separated by commas')
    .option('--class <code>', 'only of this GPU class')
    .option('--name <part>', 'only with this in their names')
    .option('--project <code>', 'only of this project')
    .option('--company <id or slug>', "for the park's people: only of this company")
    .action(async ({ state, class: gpuClass, name, project, company, ...listed }: ListOptions) => {
      const api = await connect(environment);
      const filter = {
        ...(state !== undefined && { state }),
        ...(gpuClass !== undefined && { gpuClass }),
        ...(name !== undefined && { name }),
        ...(project !== undefined && { project }),
        ...(await companyFilter(api, company)),
      };
      const jobs = await firstOf(listed.limit, (page) => api.GET('/api/v1/jobs', { params: { query: { ...filter, ...page } } }));
      showAll(environment, listed, jobs, jobColumns(environment.colours));
    });
};

export const addShow: AddCommands = (program, environment) => {
  verb(program, 'show', 'all about a job', 'mss show job_01j8', 'mss show job_01j8 -o yaml')
    .argument('<job>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const api = await connect(environment);
      const job = answerOf(await api.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
      showOne(environment, shown, job, [...jobFacts(job, environment.colours), ...warningFacts(job, await podEventsOf(api, id))]);
    });
};

export const addWhy: AddCommands = (program, environment) => {
  verb(program, 'why', 'what keeps a job waiting or from starting, what would resolve it, and when it starts', 'mss why job_01j8')
    .argument('<job>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const api = await connect(environment);
      const job = answerOf(await api.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
      showOne(environment, shown, job, [...whyFacts(job, environment.colours), ...warningFacts(job, await podEventsOf(api, id))]);
    });
};

export const addPodEvents: AddCommands = (program, environment) => {
  listVerb(program, 'pod-events', 'what the cluster reported of the pods of a job, also when they are gone', 'mss pod-events job_01j8')
    .argument('<job>', 'its id')
    .option('--warnings', 'only what is wrong')
    .action(async (id: string, { warnings, ...listed }: Listed & { warnings?: true }) => {
      const events = await podEventsOf(await connect(environment), id);
      const wanted = warnings === true ? events.filter(({ warning }) => warning) : events;
      showAll(environment, listed, wanted.slice(-listed.limit), podEventColumns);
    });
};

async function podEventsOf(api: Api, id: string): Promise<PodEvent[]> {
  return answerOf(await api.GET('/api/v1/jobs/{id}/pod-events', { params: { path: { id } } })).items;
}

type JobAction = 'cancel' | 'suspend' | 'resume';

const ACT_ON_ONE = {
  cancel: async (api: Api, id: string) => await api.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id } } }),
  suspend: async (api: Api, id: string) => await api.POST('/api/v1/jobs/{id}/suspend', { params: { path: { id } } }),
  resume: async (api: Api, id: string) => await api.POST('/api/v1/jobs/{id}/resume', { params: { path: { id } } }),
};

/** A command that does the same with one job or several. */
function actionOn(action: JobAction, about: string): AddCommands {
  return (program, environment) => {
    verb(program, action, about, `mss ${action} job_01j8`, `mss ${action} job_01j8 job_01j9`)
      .argument('<job...>', 'their ids, at most 100')
      .action(async (ids: string[], shown: Shown) => {
        const [id = '', ...others] = ids;
        if (others.length > 0) {
          await actOnSeveral(environment, shown, action, ids);
          return;
        }
        const job = answerOf(await ACT_ON_ONE[action](await connect(environment), id));
        showRow(environment, shown, job, jobColumns(environment.colours));
      });
  };
}

export const addCancel = actionOn('cancel', 'end jobs for good');
export const addSuspend = actionOn('suspend', 'stop running jobs so that they can be resumed');
export const addResume = actionOn('resume', 'take up suspended jobs again');

export const addCheckpoint: AddCommands = (program, environment) => {
  verb(program, 'checkpoint', 'mark that a running job could resume from here', 'mss checkpoint job_01j8')
    .argument('<job>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const api = await connect(environment);
      const marked = answerOf(await api.POST('/api/v1/jobs/{id}/checkpoints', { params: { path: { id }, header: idempotencyKey() } }));
      showOne(environment, shown, marked, [
        { name: 'job', value: marked.jobId },
        { name: 'attempt', value: String(marked.attempt) },
        { name: 'could resume from', value: marked.at },
      ]);
    });
};

type Api = Awaited<ReturnType<typeof connect>>;
type BulkResult = components['schemas']['BulkResults']['items'][number];

const resultColumns: Column<BulkResult>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'done', of: ({ ok }) => (ok ? 'yes' : 'no') },
  { title: 'why not', of: ({ problem }) => problem?.detail ?? '' },
];

/** Acts on each job and shows a result for each. @throws ItemsRefused where one was refused */
async function actOnSeveral(environment: CliEnvironment, shown: Shown, action: JobAction, ids: string[]): Promise<void> {
  const api = await connect(environment);
  const { items } = answerOf(await api.POST('/api/v1/jobs/bulk', { body: { action, ids }, params: { header: idempotencyKey() } }));
  showAll(environment, shown, items, resultColumns);
  const refused = items.filter(({ ok }) => !ok).length;
  if (refused > 0) throw new ItemsRefused(`${refused} of ${items.length} jobs were refused.`);
}

export const addClone: AddCommands = (program, environment) => {
  verb(program, 'clone', 'submit the same job once more', 'mss clone job_01j8', 'mss clone job_01j8 --name sft-7b-again')
    .argument('<job>', 'the id of the job to repeat')
    .option('--name <name>', 'name of the new one (default: the same)')
    .action(async (id: string, { name, ...shown }: Shown & { name?: string }) => {
      const api = await connect(environment);
      // The API accepts the job file that it answers with.
      const file = answerOf(await api.GET('/api/v1/jobs/{id}', { params: { path: { id } } })).file as unknown as JobFile;
      const body = name === undefined ? file : { ...file, metadata: { ...file.metadata, name } };
      const job = answerOf(await api.POST('/api/v1/jobs', { body, params: { header: idempotencyKey() } }));
      showRow(environment, shown, job, jobColumns(environment.colours));
    });
};
