import { type Role, ROLES, rolesThatMay } from '#identity';
import { someJobSpec } from '#jobs/testing';
import type { Company } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';
import { describedBy, type Route } from './described-routes.ts';

const COMPANY_ROLES: readonly Role[] = ['owner', 'engineer'];
/** An id that nothing has, for each parameter of a path. */
const NOTHING = '01jaaaaaaaaaaaaaaaaaaaaaaa';

/** Objects of one company that stand in paths, by the word before their id. */
interface Owned {
  readonly companies: string;
  readonly jobs: string;
  readonly grants: string;
  readonly applications: string;
}

async function belongings(environment: ApiTestEnvironment, company: Company): Promise<Owned> {
  const suffix = company.id.slice('company_'.length);
  const owned = { companies: company.id, jobs: `job_${suffix}`, grants: `grant_${suffix}`, applications: `application_${suffix}` };
  const { owner } = environment.database;
  await owner.query(`
    INSERT INTO gpu_class (code, name, vendor, resource_name, node_selector, gpus_per_node, weight, active)
    VALUES ('h800', 'H800', 'NVIDIA', 'nvidia.com/gpu', '{}', 8, 1, true) ON CONFLICT DO NOTHING`);
  await owner.query(
    `INSERT INTO job (id, tenant_id, name, spec, gpu_class, replicas, gpus_per_replica, max_runtime_seconds, grace_seconds, priority, self_pay,
       state, submitted_by, submitted_at, queued_at)
     VALUES ($1, $2, 'train', $3, 'h800', 1, 1, 60, 0, 'normal', true, 'Queued', 'user_x', now(), now())`,
    [owned.jobs, company.id, JSON.stringify(someJobSpec())],
  );
  await owner.query(`
    INSERT INTO programme (id, code, name, funder, unit, coverage_bp, priority, classes, status, valid_from, valid_until)
    VALUES ('programme_${NOTHING}', 'p', 'P', 'district', 'CNY', 5000, 1, ARRAY['h800'], 'open', now(), now() + interval '1 year')
    ON CONFLICT DO NOTHING`);
  await owner.query(
    `INSERT INTO subsidy_grant (id, programme_id, tenant_id, unit, name, valid_from, valid_until, opened_at)
     VALUES ($1, 'programme_${NOTHING}', $2, 'CNY', 'G', now(), now() + interval '1 year', now())`,
    [owned.grants, company.id],
  );
  return owned;
}

function fill(path: string, value: (word: string, parameter: string) => string): string {
  return path.replace(/([^/]+)\/\{(\w+)\}/g, (_, word: string, parameter: string) => `${word}/${value(word, parameter)}`);
}

function idOfNothing(word: string, parameter: string): string {
  if (parameter === 'month') return '2020-01';
  if (word === 'projects') return 'nothing';
  const prefixes: Record<string, string> = { companies: 'company', members: 'user', tokens: 'pat', audit: 'audit' };
  return `${prefixes[word] ?? word.replace(/s$/, '')}_${NOTHING}`;
}

interface Outcome {
  readonly status: number;
  readonly code: string;
}

describe('access: every route, every role', () => {
  let environment: ApiTestEnvironment;
  let routes: readonly Route[];
  let ours: Company;
  let theirs: Company;
  const people = new Map<Role, { email: string; call: Call }>();

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    ({ routes } = await describedBy(environment.url));
    ours = await environment.company('我们');
    theirs = await environment.company('他们');
    for (const role of ROLES) people.set(role, await environment.person(role, ours));
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** A request that the guard judges and nothing can come of: no such object, and a body that fits no schema. */
  async function probe(route: Route, call: Call, path = fill(route.path, idOfNothing)): Promise<Outcome> {
    const body = route.requestBody === undefined ? undefined : { 'no such field': true };
    const answer = await call(route.method, path, body);
    const { code } = (typeof answer.body === 'object' ? answer.body : {}) as { code?: string };
    return { status: answer.status, code: code ?? '' };
  }

  it('lets through whom the table names, and nobody else', async () => {
    const wrong: string[] = [];
    let tried = 0;
    for (const route of routes.filter((candidate) => candidate['x-action'] !== 'public')) {
      const action = route['x-action'] as Exclude<Route['x-action'], 'public'>;
      for (const role of ROLES) {
        const { email, call } = people.get(role)!;
        // What takes no body may take effect on the caller's own account: it is tried in a session of its own.
        const inSession = action === 'self' && route.requestBody === undefined ? await environment.signIn(email) : call;
        const { status, code } = await probe(route, inSession);
        tried += 1;
        const refused = status === 401 || (status === 403 && code === 'access.role');
        const allowed = rolesThatMay(action).includes(role);
        if (refused === allowed || (status >= 500 && status !== 503))
          wrong.push(`${role} ${route.method} ${route.path}: ${status} ${code}`);
      }
      const nobody = await probe(route, environment.call);
      tried += 1;
      if (nobody.status !== 401) wrong.push(`nobody ${route.method} ${route.path}: ${nobody.status}`);
    }
    expect(wrong).toEqual([]);
    process.stdout.write(`access: ${routes.length} routes × ${ROLES.length} roles and nobody: ${tried} requests as the table says\n`);
  }, 180_000);

  it("hides another company's objects on every route, and shows one's own", async () => {
    const mine = await belongings(environment, ours);
    const foreign = await belongings(environment, theirs);
    const wrong: string[] = [];
    let tried = 0;
    const pathOf = (route: Route, owned: Owned): string | undefined => {
      const word = /^\/(\w+)\/\{/.exec(route.path)?.[1];
      if (word === undefined || !(word in owned)) return undefined;
      let first = true;
      return fill(route.path, (at, parameter) => {
        if (!first) return idOfNothing(at, parameter);
        first = false;
        return owned[word as keyof Owned];
      });
    };
    for (const route of routes) {
      const action = route['x-action'];
      const path = pathOf(route, foreign);
      if (path === undefined || action === 'public') continue;
      for (const role of COMPANY_ROLES.filter((candidate) => rolesThatMay(action).includes(candidate))) {
        const { status } = await probe(route, people.get(role)!.call, path);
        tried += 1;
        // Input is read before the object is looked for; either way nothing is told of it.
        if (status !== 404 && !(status === 422 && route.requestBody !== undefined) && status !== 428) {
          wrong.push(`${role} ${route.method} ${path}: ${status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    const own = routes.filter(
      (route) => route.method === 'GET' && /^\/companies\/\{\w+\}(\/(contacts|members|invitations))?$/.test(route.path),
    );
    for (const route of own) {
      expect([route.path, (await probe(route, people.get('owner')!.call, pathOf(route, mine))).status]).toEqual([route.path, 200]);
    }
    process.stdout.write(`access: ${tried} requests for another company's objects: nothing told\n`);
  });
});
