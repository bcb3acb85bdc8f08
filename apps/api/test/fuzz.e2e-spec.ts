import fc, { type Arbitrary } from 'fast-check';
import { type Role, rolesThatMay } from '#identity';
import { ApiTestEnvironment } from './api-test-environment.ts';
import { describedBy, type OpenApi, type Route } from './described-routes.ts';
import { valuesOf } from './schema-arbitrary.ts';

/** Requests in all; `FUZZ_REQUESTS=20000` digs deeper. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1000);
const DEADLINE_MS = 20_000;

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

function requestsOf(route: Route, api: OpenApi, known: Record<string, string>): Arbitrary<Request> {
  const parameters = route.parameters ?? [];
  const values = fc.record(Object.fromEntries(parameters.map((parameter) => [parameter.name, valuesOf(parameter.schema, api.schemas)])));
  const bodySchema = Object.values(route.requestBody?.content ?? {})[0]?.schema;
  const body = bodySchema === undefined ? fc.constant(undefined) : valuesOf(bodySchema, api.schemas);
  return fc.tuple(values, body, fc.boolean(), fc.boolean()).map(([chosen, sent, existing, sparse]) => {
    const path = route.path.replace(/([^/]+)\/\{(\w+)\}/g, (_, word: string, name: string) => {
      const id = existing && word in known ? known[word] : wire(chosen[name]);
      // A path that is empty or of dots is another path.
      return `${word}/${encodeURIComponent((id ?? 'x').toWellFormed()).replace(/^\.*$/, 'x')}`;
    });
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    for (const parameter of parameters) {
      if (sparse && parameter.required !== true) continue;
      const value = wire(chosen[parameter.name]);
      if (parameter.in === 'query') query.append(parameter.name, value.toWellFormed());
      if (parameter.in === 'header')
        headers[parameter.name] = parameter.name === 'If-Match' ? '"1"' : value.replace(/[^\x21-\x7e]/g, '?').slice(0, 1000);
    }
    return { route, path: `${path}${query.size > 0 ? `?${query.toString()}` : ''}`, headers, body: sent };
  });
}

/** Signing in, sessions and one's own second factor would take the callers' access away from under the run. */
function upsetsTheRun(route: Route): boolean {
  return (
    (route['x-action'] === 'self' && route.method !== 'GET') ||
    route.operationId === 'users.setStatus' ||
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

  it(`answers ${REQUESTS} of them without a fault of ours, without a hang, and changes nothing when it refuses`, async () => {
    const api = await describedBy(environment.url);
    const company = await environment.company();
    const people = new Map<Role, Awaited<ReturnType<ApiTestEnvironment['person']>>>();
    for (const role of ['owner', 'reviewer', 'administrator', 'finance', 'auditor', 'operator'] as const) {
      people.set(role, await environment.person(role, company));
    }
    const routes = api.routes.filter((route) => !upsetsTheRun(route));
    const known = { companies: company.id, members: people.get('owner')!.id };
    const counts = new Map<number, number>();
    const faults: string[] = [];
    const perRoute = Math.max(1, Math.ceil(REQUESTS / routes.length));
    for (const route of routes) {
      const action = route['x-action'];
      const callers =
        action === 'public'
          ? [environment.call]
          : [...people].filter(([role]) => rolesThatMay(action).includes(role)).map(([, { call }]) => call);
      const samples = fc.sample(requestsOf(route, api, known), { numRuns: perRoute, seed: 20_261_124 });
      for (const [n, request] of samples.entries()) {
        const call = callers[n % callers.length] ?? environment.call;
        const looksAtState = n % 8 === 0 && route.method !== 'GET';
        const before = looksAtState ? await state() : undefined;
        const hang = AbortSignal.timeout(DEADLINE_MS);
        const answer = await Promise.race([
          call(route.method, request.path, request.body, request.headers),
          new Promise<undefined>((resolve) => hang.addEventListener('abort', () => resolve(undefined))),
        ]);
        const status = answer?.status ?? 0;
        counts.set(status, (counts.get(status) ?? 0) + 1);
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
    process.stdout.write(`fuzz: ${routes.length} routes × ${perRoute} requests: ${summary.join(', ')}\n`);
    expect(faults.slice(0, 20)).toEqual([]);
  }, 600_000);
});

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
