import type { BrowserContext } from 'playwright-core';

/** A page of the console, as one of the demo's people sees it. */
export interface ConsolePage {
  /** Names the page in test reports and the files of screenshots. */
  readonly name: string;
  readonly path: string | ((api: Asker) => Promise<string>);
}

/** What lists of the API have of each object: an id, or the month that it is about with its state. */
interface Listed {
  readonly id: string;
  readonly month?: string;
  readonly state?: string;
}

/** Asks the API as the person whose pages these are; `path` begins after /api/v1. */
export type Asker = (path: string) => Promise<{ readonly items: readonly Listed[] }>;

async function first(api: Asker, path: string): Promise<string> {
  const [item] = (await api(path)).items;
  if (item === undefined) throw new Error(`The demo has nothing at ${path}.`);
  return item.id;
}

async function closedMonth(api: Asker): Promise<string> {
  const month = (await api('/months')).items.find(({ state }) => state === 'closed')?.month;
  if (month === undefined) throw new Error('The demo has no closed month.');
  return month;
}

const runningJob = (api: Asker): Promise<string> => first(api, '/jobs?state=Running&limit=1');
const listed = (name: string, path = `/${name}`): ConsolePage => ({ name, path });

/** All pages, by the address of the person who works there most. */
export const PAGES_BY_PERSON: Readonly<Record<string, readonly ConsolePage[]>> = {
  'owner@jiding.example': [
    listed('home'),
    listed('applications'),
    listed('application-new', '/applications/new'),
    { name: 'application-followed', path: async (api) => `/applications/${await first(api, '/applications?limit=1')}` },
    listed('grants'),
    { name: 'grant', path: async (api) => `/grants/${await first(api, '/grants?limit=1')}` },
    listed('wallet'),
    listed('statements'),
    { name: 'own-statement', path: async (api) => `/statements/${await closedMonth(api)}` },
    listed('members'),
    listed('account'),
  ],
  'engineer@jiding.example': [
    listed('jobs'),
    listed('submit'),
    { name: 'job-running', path: async (api) => `/jobs/${await runningJob(api)}` },
    { name: 'job-log', path: async (api) => `/jobs/${await runningJob(api)}?tab=log` },
    { name: 'job-events', path: async (api) => `/jobs/${await runningJob(api)}?tab=events` },
    { name: 'job-file', path: async (api) => `/jobs/${await runningJob(api)}?tab=file` },
    { name: 'job-waiting', path: async (api) => `/jobs/${await first(api, '/jobs?state=Queued&limit=1')}` },
    { name: 'job-ended', path: async (api) => `/jobs/${await first(api, '/jobs?state=Succeeded&limit=1')}` },
    listed('notices'),
  ],
  'reviewer@park.example': [
    listed('review'),
    { name: 'application', path: async (api) => `/review/${await first(api, '/applications?status=submitted&limit=1')}` },
  ],
  'admin@park.example': [
    listed('programmes'),
    { name: 'programme', path: async (api) => `/programmes/${await first(api, '/programmes?limit=1')}` },
    listed('companies'),
    { name: 'company', path: async (api) => `/companies/${await first(api, '/companies?limit=1')}` },
    listed('prices'),
    listed('limits'),
    listed('what-if'),
    listed('what-if-replayed', `/what-if?gpuClasses=${encodeURIComponent('[{"gpuClass":"h800","fenPerGpuHour":1000}]')}`),
    listed('users'),
    listed('decisions'),
  ],
  'auditor@park.example': [listed('audit'), listed('keys')],
  'finance@park.example': [
    listed('months'),
    { name: 'month', path: async (api) => `/months/${await closedMonth(api)}` },
    {
      name: 'statement',
      path: async (api) => `/statements/${await closedMonth(api)}?company=${await first(api, '/companies?limit=1')}`,
    },
    listed('settlements'),
    listed('transfers'),
    listed('reconciliation'),
  ],
  'operator@park.example': [
    listed('cluster'),
    listed('cluster-table', '/cluster?show=table&colour=state'),
    listed('queue'),
    listed('incidents'),
    { name: 'incident', path: async (api) => `/incidents/${await first(api, '/incidents?limit=1')}` },
    listed('loops'),
    listed('utilisation', '/utilisation?period=day'),
  ],
};

/** Asks as the person who is signed in to `context`. */
export function askerOf(context: BrowserContext): Asker {
  let token: Promise<string> | undefined;
  const signedIn = async (): Promise<string> => {
    const answer = await context.request.post('/api/v1/auth/refresh', { data: {} });
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  return async (path) => {
    token ??= signedIn();
    const answer = await context.request.get(`/api/v1${path}`, { headers: { Authorization: `Bearer ${await token}` } });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as Awaited<ReturnType<Asker>>;
  };
}

/** The address of `page`, with the ids of the demo's objects. */
export async function addressOf(page: ConsolePage, api: Asker): Promise<string> {
  return typeof page.path === 'string' ? page.path : await page.path(api);
}
