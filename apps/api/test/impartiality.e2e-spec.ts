import { WalletsService } from '#funding';
import { instantOf, ManualClock, toDate } from '#kernel';
import { PARK_ROLES, type Role, rolesThatMay } from '#identity';
import { someJobSpec } from '#jobs/testing';
import type { Company } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';
import { describedBy } from './described-routes.ts';

/** Routes of the park's people that write and give no company anything, each with its reason. */
const GIVES_NOTHING: Readonly<Record<string, string>> = {
  'POST /users': 'is about an account',
  'POST /users/{id}/password-link': 'is about an account',
  'POST /users/{id}/unlock': 'is about an account',
  'POST /users/{id}/vouch': 'is about an account',
  'PUT /users/{id}/roles': 'is about an account, and takes two people',
  'PUT /users/{id}/status': 'is about an account',
  'POST /companies': 'a new company has nobody yet, and nothing',
  'PUT /companies/{id}/contacts': 'its owners do it as well',
  'POST /companies/{id}/invitations': 'its owners do it as well',
  'DELETE /companies/{id}/invitations/{invitation}': 'its owners do it as well',
  'PUT /companies/{id}/members/{user}': 'its owners do it as well',
  'DELETE /companies/{id}/members/{user}': 'its owners do it as well',
  'POST /applications/{id}/comments': 'its owners do it as well',
  'POST /what-if': 'computes, and writes nothing',
  'POST /schedule/what-if': 'computes, and writes nothing',
  'POST /applications/bulk/review': 'answers for each application by the rule of its own route: see the story below',
  'POST /applications/bulk/decision': 'answers for each application by the rule of its own route: see the story below',
  'POST /gpu-classes': 'describes hardware, which costs nothing before it has a price',
  'PATCH /gpu-classes/{code}': 'describes hardware; the price is a route of its own',
  'POST /incidents/preview': 'computes and changes nothing',
  'POST /journal-export': 'reads the ledger and changes nothing',
  'POST /months/{month}/closing': 'freezes what the ledger says, for all companies alike',
  'DELETE /months/{month}/closing': 'is always refused',
};

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n';
const OCTETS = { 'content-type': 'application/octet-stream' };
const DAY = 86_400;
const based = (version: number) => ({ 'if-match': `"${version}"` });
const idOf = ({ body }: { body: unknown }): string => (body as { id: string }).id;

/** A request that would give something to the company, or decide about it. */
type Story = readonly [path: string, body?: unknown, headers?: Record<string, string>];

describe('a person of the park who belongs to a company (P4)', () => {
  const clock = new ManualClock(new Date('2026-10-10T01:00:00Z'));
  const start = instantOf(clock.now());
  let environment: ApiTestEnvironment;
  let insider: Call;
  let stories: ReadonlyMap<string, Story>;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000' }, clock);
    stories = new Map(Object.entries(await everyStory()));
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** Somebody with all roles of the park, as nobody should be: a refusal is never for want of a role. */
  async function allRoles() {
    const person = await environment.person('reviewer');
    for (const role of ['administrator', 'finance', 'operator'] as const) {
      await environment.database.owner.query(`INSERT INTO user_role (user_id, role) VALUES ($1, $2)`, [person.id, role]);
    }
    return { ...person, call: await environment.signIn(person.email) };
  }

  async function everyStory(): Promise<Record<string, Story>> {
    const company = await environment.company();
    const at = `/companies/${company.id}`;
    const [own, other] = [await allRoles(), await allRoles()];
    insider = own.call;
    const programme = await programmeOf(other.call);
    const { call: owner } = await environment.person('owner', company);
    const [submitted, recommended, approved] = [
      await applied(owner, programme),
      await applied(owner, programme),
      await applied(owner, programme),
    ];
    const word = { verdict: 'recommend', opinion: '同意' };
    const third = await allRoles();
    for (const path of [recommended, approved]) await other.call('POST', `${path}/review`, word, based(2));
    await third.call('POST', `${approved}/decision`, { verdict: 'approve', opinion: '批准' }, based(3));
    const { items } = (await owner('GET', '/grants')).body as { items: { id: string }[] };
    const grant = `/grants/${items[0]?.id ?? ''}`;
    // Proposed while they still were outsiders.
    const proposal = `/applications/${idOf(await own.call('POST', `${grant}/proposals`, { kind: 'freeze', opinion: '闲置' }))}`;
    const [wrong, doubtful, standing, waiting] = await transferred(company, other.call);
    const reason = { reason: '记错' };
    const mine = `/decisions/${idOf(await own.call('POST', `${wrong}/reversal`, reason))}`;
    const theirs = `/decisions/${idOf(await other.call('POST', `${doubtful}/reversal`, reason))}`;
    const { attempt, incident } = await lostAttempt(company);
    await other.call('PUT', '/limit-groups/mine', { companies: [company.id] });
    await environment.database.owner.query(`INSERT INTO member (company_id, user_id, role, since) VALUES ($1, $2, 'engineer', now())`, [
      company.id,
      own.id,
    ]);
    return {
      'POST /companies/{id}/transfers': [`${at}/transfers`, { amountFen: 1, reference: '自己', paidOn: '2026-10-01' }],
      'POST /companies/{id}/refunds': [`${at}/refunds`, { amountFen: 1, reference: '自己', paidOn: '2026-10-01', reason: '退' }],
      'PUT /companies/{id}/transfers/{transfer}/proof': [`${waiting}/proof?fileName=p.pdf`, PDF, OCTETS],
      'POST /companies/{id}/transfers/{transfer}/confirmation': [`${waiting}/confirmation`, {}],
      'POST /companies/{id}/transfers/{transfer}/rejection': [`${waiting}/rejection`, reason],
      'POST /companies/{id}/transfers/{transfer}/reversal': [`${standing}/reversal`, reason],
      'PUT /companies/{id}/concurrency-limits/{gpuClass}': [`${at}/concurrency-limits/h800`, { maxGpus: 16 }],
      'PUT /limit-groups/{group}': ['/limit-groups/mine', { companies: [] }],
      'PUT /limits/{node}/{gpuClass}': ['/limits/mine/h800', { share: 16, maxGpus: null }],
      'PATCH /companies/{id}': [at, { name: '新名' }, based(1)],
      'PUT /companies/{id}/status': [`${at}/status`, { status: 'suspended', reason: '欠费' }, based(1)],
      'POST /gpu-classes/{code}/prices': ['/gpu-classes/h800/prices', { from: '2027-01-01T00:00:00Z', fenPerGpuHour: 1 }],
      'POST /programmes': ['/programmes', terms('mine')],
      'PATCH /programmes/{id}': [`/programmes/${programme}`, { name: '改名' }, based(2)],
      'PUT /programmes/{id}/status': [`/programmes/${programme}/status`, { status: 'paused' }, based(2)],
      'POST /programmes/{id}/appropriations': [`/programmes/${programme}/appropriations`, { amount: 1 }, { 'idempotency-key': 'mine' }],
      'POST /applications/{id}/review': [`${submitted}/review`, word, based(2)],
      'POST /applications/{id}/decision': [`${recommended}/decision`, { verdict: 'approve', opinion: '批准' }, based(3)],
      'POST /applications/{id}/proposal-withdrawal': [`${proposal}/proposal-withdrawal`, { reason: '误报' }, based(1)],
      'POST /grants/{id}/proposals': [`${grant}/proposals`, { kind: 'freeze', opinion: '闲置' }],
      'POST /grants/{id}/freeze': [`${grant}/freeze`, { reason: '核查' }],
      'POST /grants/{id}/unfreeze': [`${grant}/unfreeze`, { reason: '核查完毕' }],
      'POST /incidents': ['/incidents', { reason: '节点断电', attempts: [attempt] }],
      'POST /incidents/{id}/reversal': [`/incidents/${incident}/reversal`, reason],
      'POST /decisions/{id}/confirmation': [`${theirs}/confirmation`, {}],
      'POST /decisions/{id}/rejection': [`${theirs}/rejection`, {}],
      'POST /decisions/{id}/withdrawal': [`${mine}/withdrawal`, {}],
    };
  }

  const terms = (code: string) => ({
    ...{ code, name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5000, priority: 10, classes: ['h800'] },
    ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-12-31T00:00:00Z' },
  });

  async function programmeOf(call: Call): Promise<string> {
    await call('POST', '/gpu-classes', { code: 'h800', name: 'H800', nodeSelector: { gpu: 'h800' } });
    await call('POST', '/gpu-classes/h800/prices', { from: '2026-01-01T00:00:00Z', fenPerGpuHour: 1250 });
    const id = idOf(await call('POST', '/programmes', terms('xuhui')));
    await call('PUT', `/programmes/${id}/status`, { status: 'open' }, based(1));
    await call('POST', `/programmes/${id}/appropriations`, { amount: 1_000_000 }, { 'idempotency-key': 'first' });
    return id;
  }

  async function applied(owner: Call, programmeId: string): Promise<string> {
    const validity = { validFrom: '2026-10-10T00:00:00Z', validUntil: '2027-01-10T00:00:00Z' };
    const path = `/applications/${idOf(await owner('POST', '/applications', { kind: 'grant', programmeId, purpose: '微调', amount: 1_000, ...validity }))}`;
    await owner('POST', `${path}/submit`, undefined, based(1));
    return path;
  }

  /** Three confirmed bank transfers and one that waits, by their paths. */
  async function transferred(company: Company, finance: Call): Promise<string[]> {
    await environment.database.transactions.run((tx) => environment.app.get(WalletsService, { strict: false }).open(tx, [company.id]));
    const path = `/companies/${company.id}/transfers`;
    const { call: second } = await environment.person('finance');
    const transfers: string[] = [];
    for (const reference of ['电汇 1', '电汇 2', '电汇 3', '电汇 4']) {
      const transfer = `${path}/${idOf(await finance('POST', path, { amountFen: 100_000, reference, paidOn: '2026-10-01' }))}`;
      await finance('PUT', `${transfer}/proof?fileName=p.pdf`, PDF, OCTETS);
      if (reference !== '电汇 4') await second('POST', `${transfer}/confirmation`, {});
      transfers.push(transfer);
    }
    return transfers;
  }

  /** An attempt of the company that the platform failed, and an incident that refunded another one. */
  async function lostAttempt(company: Company): Promise<{ attempt: string; incident: string }> {
    const { owner } = environment.database;
    const [job, incident] = [`job_${company.id.slice('company_'.length)}`, `incident_${company.id.slice('company_'.length)}`];
    await owner.query(
      `INSERT INTO job (id, tenant_id, name, spec, gpu_class, replicas, gpus_per_replica, max_runtime_seconds, grace_seconds, priority, self_pay,
         state, attempt, event_count, submitted_by, submitted_at, queued_at)
       VALUES ($1, $2, 'train', $3, 'h800', 1, 1, 60, 0, 'normal', true, 'Queued', 1, 1, 'user_x', now(), now())`,
      [job, company.id, JSON.stringify(someJobSpec())],
    );
    const [from, until] = [toDate(start - DAY), toDate(start - DAY + 60)];
    await owner.query(
      `INSERT INTO job_event (id, job_id, sequence, at, kind, to_state, attempt, actor, reason)
       VALUES ($1 || '-1', $1, 1, $2, 'rolled-back', 'Queued', 1, '{"kind": "system", "id": "controller", "name": "controller"}', 'platform failure')`,
      [job, until],
    );
    for (const attempt of [1, 2]) {
      await owner.query(
        `INSERT INTO funding_admission (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, gpu_seconds, opened_at, closed_at)
         VALUES ($1 || '/' || $2, $1, $3, 'h800', 1250, true, 60, $4, $5)`,
        [job, attempt, company.id, from, until],
      );
    }
    await owner.query(
      `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
       VALUES ($1, $1 || '/1', $1, $2, 1, $3, $4, $4, 'reported')`,
      [job, company.id, from, until],
    );
    await owner.query(
      `INSERT INTO incident (id, reason, opened_by, opened_at) VALUES ($1, '断电', '{"kind": "user", "id": "user_wu", "name": "吴"}', $2)`,
      [incident, until],
    );
    await owner.query(
      `INSERT INTO incident_refund (admission_id, incident_id, job_id, tenant_id, since, from_checkpoint, gpu_seconds)
       VALUES ($1 || '/2', $2, $1, $3, $4, false, 60)`,
      [job, incident, company.id, from],
    );
    return { attempt: `${job}/1`, incident };
  }

  it('is judged on every route of the park that writes, or that route gives nothing', async () => {
    const { routes } = await describedBy(environment.url);
    const ofPark = routes.filter(({ method, 'x-action': action }) => {
      if (method === 'GET' || action === 'public' || action === 'self') return false;
      return rolesThatMay(action).some((role) => (PARK_ROLES as readonly Role[]).includes(role));
    });
    const judged = ofPark.map(({ method, path }) => `${method} ${path}`);
    expect(judged.filter((route) => !stories.has(route) && !(route in GIVES_NOTHING))).toEqual([]);
    expect([...stories.keys(), ...Object.keys(GIVES_NOTHING)].filter((route) => !judged.includes(route))).toEqual([]);
  });

  it('gives it nothing and decides nothing about it, whatever their roles', async () => {
    const outcomes: Record<string, unknown> = {};
    for (const [route, [path, body, headers]] of stories) {
      const answer = await insider(route.split(' ')[0] ?? '', path, body, headers);
      const { code, detail } = answer.body as { code?: string; detail?: string };
      if (answer.status !== 403 || code !== 'access.conflict-of-interest') outcomes[route] = [answer.status, code, detail];
    }
    expect(outcomes).toEqual({});
  });

  it.each([
    ['POST /applications/{id}/review', '/applications/bulk/review', { verdict: 'recommend', opinion: '同意' }, 2],
    ['POST /applications/{id}/decision', '/applications/bulk/decision', { verdict: 'approve', opinion: '批准' }, 3],
  ])('does not decide about it among several applications either: %s', async (route, bulk, word, version) => {
    const id = (stories.get(route)?.[0] ?? '').split('/')[2] ?? '';
    const answer = await insider('POST', bulk, { ...word, items: [{ id, version }] });
    expect(answer.body).toMatchObject({ items: [{ id, ok: false, problem: { code: 'access.conflict-of-interest' } }] });
  });
});
