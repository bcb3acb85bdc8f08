import fc, { type Arbitrary } from 'fast-check';
import { type Role, rolesThatMay } from '#identity';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';
import { describedBy, type OpenApi, type Route } from './described-routes.ts';
import { type FuzzObjects, makeObjects } from './fuzz-objects.ts';
import { valuesOf } from './schema-arbitrary.ts';

/** Requests in all; `FUZZ_REQUESTS=20000` digs deeper. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1000);
const DEADLINE_MS = 20_000;

const SECRET = 'needs a password, a token or a link that only its owner has';
const NO_PROVIDER = 'needs an OpenID provider, and this deployment has none';
const NO_CLUSTER = 'needs a cluster, and this deployment has none';
const SECOND_PERSON = 'needs a decision that waits for a second person';
const STATE = 'needs an object in a state that earlier random requests or the controller decide';
const DEPENDENT = 'has fields that depend on each other, which the description does not tell';

/** Routes that may have no success among the random requests, each with its reason. `audit-coverage.e2e-spec.ts` takes those that write. */
const MAY_NEVER_SUCCEED: Readonly<Record<string, string>> = {
  ...{ 'signin.withPassword': SECRET, 'signin.refresh': SECRET, 'password.choose': SECRET },
  ...{ 'invitations.view': SECRET, 'invitations.acceptAsNew': SECRET, 'invitations.revoke': STATE },
  ...{ 'oidc.start': NO_PROVIDER, 'oidc.finish': NO_PROVIDER },
  ...{ 'joblogs.text': NO_CLUSTER, 'joblogs.lines': NO_CLUSTER, 'joblogs.stream': NO_CLUSTER, 'cluster.nodes': NO_CLUSTER },
  ...{ 'decisions.get': SECOND_PERSON, 'decisions.confirm': SECOND_PERSON, 'decisions.reject': SECOND_PERSON },
  ...{ 'decisions.withdraw': SECOND_PERSON },
  ...{ 'transfers.refund': STATE, 'transfers.addProof': STATE, 'transfers.confirm': SECOND_PERSON, 'transfers.reject': SECOND_PERSON },
  ...{ 'months.close': STATE, 'months.record': 'needs a month that two people closed', 'months.reopen': 'is always refused' },
  'members.remove': 'would remove the only owner of the company',
  ...{ 'programmes.create': DEPENDENT, 'programmes.change': DEPENDENT, 'applications.draft': DEPENDENT },
  ...{
    'programmes.appropriate': STATE,
    'applications.submit': STATE,
    'applications.withdraw': STATE,
    'applications.withdrawProposal': STATE,
  },
  ...{ 'applications.review': STATE, 'applications.decide': STATE, 'incidents.reverse': STATE },
  ...{ 'jobs.markCheckpoint': STATE, 'jobs.suspend': STATE, 'jobs.resume': STATE, 'jobs.cancel': STATE },
  'whatif.run': 'changes a programme or class that the months used',
  'schedule.run': 'needs a schedule that a controller published',
  'journal.export': 'needs an account for every kind of account that moved',
  'attachments.add': 'takes bytes instead of JSON',
  'gpuclasses.announce': 'takes only prices of later than the last one',
  ...{ 'attachments.download': STATE, 'attachments.remove': STATE, 'drafts.get': STATE },
};

interface Request {
  readonly route: Route;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** What goes into an address or a header as it is. */
function wire(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `right` as far as the description of the route tells; `bare`: right, and with no more than it needs; `faulty` perhaps, anywhere. */
type Kind = 'right' | 'bare' | 'faulty';

function requestsOf(route: Route, { schemas }: OpenApi, { inPaths, inValues }: FuzzObjects, kind: Kind): Arbitrary<Request> {
  const faulty = kind === 'faulty';
  const parameters = route.parameters ?? [];
  const source = { schemas, known: inValues, faulty, bare: kind === 'bare' };
  const values = fc.record(Object.fromEntries(parameters.map(({ name, schema }) => [name, valuesOf(schema, source)])));
  const bodySchema = Object.values(route.requestBody?.content ?? {})[0]?.schema;
  const body = bodySchema === undefined ? fc.constant(undefined) : valuesOf(bodySchema, source);
  const maybe = faulty ? fc.boolean() : fc.constant(true);
  return fc.tuple(values, body, maybe, maybe).map(([chosen, sent, existing, sparse]) => {
    const parts = route.path.split('/');
    const path = parts
      .map((part, index) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        if (name === undefined) return part;
        const word = parts[index - 1] ?? '';
        // A second parameter after a word is known by its own name only.
        const known = word in inPaths ? inPaths[word] : inValues[name];
        // A path that is empty or of dots is another path.
        return encodeURIComponent(wire(existing && known !== undefined ? known : chosen[name]).toWellFormed()).replace(/^\.*$/, 'x');
      })
      .join('/');
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    for (const parameter of parameters) {
      if (sparse && parameter.required !== true) continue;
      const value = wire(!faulty && parameter.name in inValues ? inValues[parameter.name] : chosen[parameter.name]);
      if (parameter.in === 'query') query.append(parameter.name, value.toWellFormed());
      if (parameter.in === 'header')
        headers[parameter.name] = parameter.name === 'If-Match' ? '"1"' : value.replace(/[^\x21-\x7e]/g, '?').slice(0, 1000);
    }
    return { route, path: `${path}${query.size > 0 ? `?${query.toString()}` : ''}`, headers, body: sent };
  });
}

/** The entity tag of the object that a path names. */
async function versionOf(call: Call, path: string): Promise<string> {
  const [object = ''] = /^\/[^/]+\/[^/?]+/.exec(path) ?? [];
  const { version } = ((await call('GET', object)).body ?? {}) as { version?: number };
  return `"${version ?? 1}"`;
}

/** Signing in, sessions, one's own second factor and the status of the company would take the callers' access away from under the run. */
function upsetsTheRun(route: Route): boolean {
  return (
    (route['x-action'] === 'self' && route.method !== 'GET') ||
    route.operationId === 'users.setStatus' ||
    route.operationId === 'companies.setStatus' ||
    route.operationId === 'users.setRoles'
  );
}

describe('the HTTP surface under random requests made from its description', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ LOG_LEVEL: 'fatal' });
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** Everything people may see, as one number per table: rows and the last change to each. */
  async function state(): Promise<unknown> {
    const tables = await environment.database.owner.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    // What an unsuccessful request may leave: its trace on the trail and counters of failed sign-ins.
    const silent = [
      'audit_event',
      'audit_chain',
      'audit_head',
      'failed_attempt',
      'idempotent_request',
      'app_user',
      'personal_token',
      'oidc_request',
      'migrations',
    ];
    const union = tables
      .filter(({ name }) => !silent.includes(name))
      .map(({ name }) => `SELECT '${name}' AS t, count(*) AS n, max(xmin::text::bigint) AS x FROM "${name}"`)
      .join(' UNION ALL ');
    return await environment.database.owner.query(union);
  }

  it(`answers ${REQUESTS} of them without a fault of ours or a hang, changes nothing when it refuses, and takes each route with success`, async () => {
    const api = await describedBy(environment.url);
    const company = await environment.company();
    const people = new Map<Role, Awaited<ReturnType<ApiTestEnvironment['person']>>>();
    for (const role of ['owner', 'reviewer', 'administrator', 'finance', 'auditor', 'operator'] as const) {
      people.set(role, await environment.person(role, company));
    }
    const routes = api.routes.filter((route) => !upsetsTheRun(route));
    const caller = (role: Role) => people.get(role)!.call;
    const objects = await makeObjects(environment, company, {
      ...{ administrator: caller('administrator'), reviewer: caller('reviewer'), finance: caller('finance'), operator: caller('operator') },
      ...{ owner: caller('owner'), ownerId: people.get('owner')!.id },
    });
    const succeeded = new Set<string>();
    const counts = new Map<number, number>();
    const faults: string[] = [];
    const perRoute = Math.max(1, Math.ceil(REQUESTS / routes.length));
    for (const route of routes) {
      const action = route['x-action'];
      const callers =
        action === 'public'
          ? [environment.call]
          : [...people].filter(([role]) => rolesThatMay(action).includes(role)).map(([, { call }]) => call);
      const sample = (kind: Kind, numRuns: number) => fc.sample(requestsOf(route, api, objects, kind), { numRuns, seed: 20_261_124 });
      const right = [...sample('right', Math.ceil(perRoute / 2)), ...sample('bare', 1)];
      const samples = [...right, ...sample('faulty', Math.ceil(perRoute / 2))];
      for (const [n, request] of samples.entries()) {
        const call = callers[n % callers.length] ?? environment.call;
        if (n < right.length && 'If-Match' in request.headers) request.headers['If-Match'] = await versionOf(call, request.path);
        const looksAtState = n % 8 === 0 && route.method !== 'GET';
        const before = looksAtState ? await state() : undefined;
        const hang = AbortSignal.timeout(DEADLINE_MS);
        const answer = await Promise.race([
          call(route.method, request.path, request.body, request.headers),
          new Promise<undefined>((resolve) => hang.addEventListener('abort', () => resolve(undefined))),
        ]);
        const status = answer?.status ?? 0;
        counts.set(status, (counts.get(status) ?? 0) + 1);
        if (status >= 200 && status < 300) succeeded.add(route.operationId);
        const said = () =>
          `${route.method} ${request.path.slice(0, 300)} ${wire(request.body ?? '').slice(0, 500)} → ${status} ${wire(answer?.body ?? '').slice(0, 300)}`;
        if (status === 0 || (status >= 500 && status !== 503)) faults.push(said());
        const isProblem = /problem\+json/.test(answer?.headers.get('content-type') ?? '');
        if (status >= 400 && !isProblem) faults.push(`no problem: ${said()}`);
        if (before !== undefined && status >= 400) {
          const after = await state();
          if (JSON.stringify(after, plain) !== JSON.stringify(before, plain)) faults.push(`changed something: ${said()}`);
        }
      }
    }
    const summary = [...counts].sort(([a], [b]) => a - b).map(([status, n]) => `${n} × ${status}`);
    process.stdout.write(`fuzz: ${routes.length} routes × ${2 * Math.ceil(perRoute / 2) + 1} requests: ${summary.join(', ')}\n`);
    expect(faults.slice(0, 20)).toEqual([]);
    const ids = routes.map(({ operationId }) => operationId);
    expect(ids.filter((id) => !succeeded.has(id) && !(id in MAY_NEVER_SUCCEED))).toEqual([]);
    expect(Object.keys(MAY_NEVER_SUCCEED).filter((id) => !ids.includes(id))).toEqual([]);
  }, 600_000);
});

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
