import { generateSync } from 'otplib';
import { type AuditRecord, AuditTrailService, systemActor } from '#audit';
import { WalletsService } from '#funding';
import { instantOf, ManualClock, toDate } from '#kernel';
import { syntheticCreditCode } from '#tenancy';
import { type Answer, ApiTestEnvironment, type Call, PASSWORD } from './api-test-environment.ts';
import { describedBy } from './described-routes.ts';

/** Routes that write and leave no record on the trail, each with its reason. */
const UNRECORDED: Readonly<Record<string, string>> = {
  'POST /auth/refresh': 'turns the tokens of a session that the trail knows; a reused one is recorded',
  'POST /invitations/view': 'shows what a link invites to and changes nothing',
  'POST /me/totp': 'proposes a secret; nothing changes before it is confirmed, which is recorded',
  'PUT /me/notices/{id}/read': 'says what a person has read, to nobody but themselves',
  'PUT /me/notices/read': 'says what a person has read, to nobody but themselves',
  'PUT /me/drafts/{form}': 'keeps what a person types, for nobody but themselves; what is sent is recorded',
  'DELETE /me/drafts/{form}': 'forgets what a person typed and did not send',
  'POST /quotes': 'computes and changes nothing',
  'POST /what-if': 'computes and changes nothing',
  'POST /schedule/what-if': 'computes and changes nothing',
  'DELETE /months/{month}/closing': 'is always refused',
  'POST /incidents/preview': 'computes and changes nothing',
  'POST /journal-export': 'reads the ledger and changes nothing',
  'POST /jobs/{id}/checkpoints': 'is an event of the job, with its actor and time, that nobody can change',
  'PATCH /applications/{id}': 'saves a draft as it is typed; what is submitted is recorded with its content',
  'POST /applications/{id}/comments': 'is itself a record, with its author and time, that nobody can change',
};

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n';
const DAY = 86_400;
/** Said of everything, in a header. */
const WHY = '按 2026 年第 7 号会议纪要';
const based = (version: number) => ({ 'if-match': `"${version}"` });
const idOf = (answer: Answer): string => (answer.body as { id: string }).id;

describe('the audit trail, over every route that writes', () => {
  const clock = new ManualClock(new Date('2026-10-10T01:00:00Z'));
  const start = instantOf(clock.now());
  let environment: ApiTestEnvironment;
  /** What each route's story left on the trail. */
  const trail = new Map<string, AuditRecord[]>();
  const failures: string[] = [];

  /** Takes one route with success, and keeps what it left on the trail. */
  async function take(route: string, call: Call, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    const [method = ''] = route.split(' ');
    const before = await lastRecord();
    const answer = await call(method, path, body, { 'x-reason': encodeURIComponent(WHY), ...headers });
    if (answer.status >= 400) failures.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const records = await environment.app
      .get(AuditTrailService, { strict: false })
      .list(environment.database.transactions.reader, { after: before, limit: 100 });
    trail.set(route, records);
    return answer;
  }

  /** Place of the last record. */
  async function lastRecord(): Promise<bigint> {
    const [row] = await environment.database.owner.query<{ seq: string }[]>(`SELECT seq::text FROM audit_head`);
    return BigInt(row?.seq ?? 0);
  }

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000' }, clock);
    await peopleAndCompanies();
    await accounts();
    await subsidy();
    await jobsAndMonths();
  });
  afterAll(async () => {
    await environment.stop();
  });

  async function peopleAndCompanies(): Promise<void> {
    const { call } = await environment.person('administrator');
    const user = await take('POST /users', call, '/users', { email: 'new@example.com', name: '新同事' });
    const userId = (user.body as { user: { id: string } }).user.id;
    await take('POST /users/{id}/password-link', call, `/users/${userId}/password-link`);
    await take('POST /users/{id}/unlock', call, `/users/${userId}/unlock`);
    await take('POST /users/{id}/vouch', call, `/users/${userId}/vouch`, { reason: '当面核对身份证' });
    const { call: second } = await environment.person('administrator');
    const decisionOf = (answer: Answer) => `/decisions/${(answer.body as { decision: { id: string } }).decision.id}`;
    const roles = async (...parkRoles: string[]) => await take('PUT /users/{id}/roles', call, `/users/${userId}/roles`, { parkRoles });
    await take('POST /decisions/{id}/rejection', second, `${decisionOf(await roles('finance'))}/rejection`, {});
    await take('POST /decisions/{id}/withdrawal', call, `${decisionOf(await roles('finance'))}/withdrawal`, {});
    await take('POST /decisions/{id}/confirmation', second, `${decisionOf(await roles('finance'))}/confirmation`, {});
    await take('PUT /users/{id}/status', call, `/users/${userId}/status`, { status: 'disabled' });
    const company = idOf(await take('POST /companies', call, '/companies', { name: '启明', creditCode: syntheticCreditCode(770_001) }));
    await take('PATCH /companies/{id}', call, `/companies/${company}`, { name: '启明智算' }, based(1));
    await take('PUT /companies/{id}/status', call, `/companies/${company}/status`, { status: 'suspended', reason: '欠费' }, based(2));
    await call('PUT', `/companies/${company}/status`, { status: 'active', reason: '已缴' }, based(3));
    const contacts = [{ kind: 'finance', name: '王芳', email: 'wang@example.com' }];
    await take('PUT /companies/{id}/contacts', call, `/companies/${company}/contacts`, { contacts });
    const ours = await environment.company();
    const { call: owner } = await environment.person('owner', ours);
    await take('POST /companies/{id}/projects', owner, `/companies/${ours.id}/projects`, { code: 'chat', title: '客服大模型' });
    await take('PATCH /companies/{id}/projects/{code}', owner, `/companies/${ours.id}/projects/chat`, { archived: true }, based(1));
    const invite = (email: string) =>
      take('POST /companies/{id}/invitations', call, `/companies/${company}/invitations`, { email, role: 'engineer' });
    const token = (answer: Answer) => (answer.body as { link: string }).link.split('#')[1];
    const accepted = { token: token(await invite('neu@example.com')), name: '李雷', password: PASSWORD };
    const joined = await take('POST /invitations/accept', environment.call, '/invitations/accept', accepted);
    const known = await environment.person('engineer', await environment.company());
    await take('POST /me/invitations', known.call, '/me/invitations', { token: token(await invite(known.email)) });
    const open = idOf(await invite('third@example.com'));
    await take('DELETE /companies/{id}/invitations/{invitation}', call, `/companies/${company}/invitations/${open}`);
    const member = (joined.body as { userId: string }).userId;
    await take('PUT /companies/{id}/members/{user}', call, `/companies/${company}/members/${member}`, { role: 'owner' });
    await take('DELETE /companies/{id}/members/{user}', call, `/companies/${company}/members/${known.id}`);
  }

  async function accounts(): Promise<void> {
    const { email, call } = await environment.person('reviewer');
    const signedIn = await take('POST /auth/sign-in', environment.call, '/auth/sign-in', { email, password: PASSWORD });
    const { sessionId } = signedIn.body as { sessionId: string };
    await take('DELETE /me/sessions/{id}', call, `/me/sessions/${sessionId}`);
    await take('DELETE /auth/session', await environment.signIn(email), '/auth/session');
    const expiresAt = new Date(Date.now() + DAY * 1000).toISOString();
    const made = await take('POST /me/tokens', call, '/me/tokens', { name: 'ci', scopes: ['company.read'], expiresAt });
    await take('DELETE /me/tokens/{id}', call, `/me/tokens/${idOf(made)}`);
    await take('PUT /me/password', call, '/me/password', { present: PASSWORD, password: 'harbour violin 77 cactus' });
    await take('POST /auth/password-link', environment.call, '/auth/password-link', { email });
    const { secret } = (await call('POST', '/me/totp')).body as { secret: string };
    const code = (epoch: number) => ({ code: generateSync({ secret, epoch }) });
    const now = Math.floor(Date.now() / 1000);
    await take('POST /me/totp/confirm', call, '/me/totp/confirm', code(now - 30));
    await take('DELETE /me/totp', call, '/me/totp', code(now));
    const { call: administrator } = await environment.person('administrator');
    const invited = await administrator('POST', '/users', { email: 'by-link@example.com', name: '赵' });
    const link = (invited.body as { link: string }).link.split('#')[1];
    await take('POST /auth/password', environment.call, '/auth/password', { token: link, password: 'granite otter 51 window' });
  }

  async function subsidy(): Promise<void> {
    const [administrator, reviewer, company] = [
      await environment.person('administrator'),
      await environment.person('reviewer'),
      await environment.company(),
    ];
    const { call: admin } = administrator;
    const { call: review } = reviewer;
    const { call: owner } = await environment.person('owner', company);
    await take('POST /gpu-classes', admin, '/gpu-classes', { code: 'h800', name: 'H800', nodeSelector: { gpu: 'h800' } });
    await take('PATCH /gpu-classes/{code}', admin, '/gpu-classes/h800', { name: 'NVIDIA H800' }, based(1));
    const price = { from: '2026-01-01T00:00:00Z', fenPerGpuHour: 1250 };
    await take('POST /gpu-classes/{code}/prices', admin, '/gpu-classes/h800/prices', price);
    const programme = idOf(
      await take('POST /programmes', admin, '/programmes', {
        ...{ code: 'xuhui', name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5000, priority: 10, classes: ['h800'] },
        ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-12-31T00:00:00Z' },
      }),
    );
    await take('PATCH /programmes/{id}', admin, `/programmes/${programme}`, { name: '徐汇补贴' }, based(1));
    await take('PUT /programmes/{id}/status', admin, `/programmes/${programme}/status`, { status: 'open' }, based(2));
    const budget = `/programmes/${programme}/appropriations`;
    await take('POST /programmes/{id}/appropriations', admin, budget, { amount: 1_000_000 }, { 'idempotency-key': 'first' });
    const limits = `/companies/${company.id}/concurrency-limits/h800`;
    await take('PUT /companies/{id}/concurrency-limits/{gpuClass}', admin, limits, { maxGpus: 16 });
    await take('PUT /limit-groups/{group}', admin, '/limit-groups/xuhui', { companies: [company.id] });
    await take('PUT /limits/{node}/{gpuClass}', admin, '/limits/xuhui/h800', { share: 16, maxGpus: null });

    const asked = { purpose: '微调', amount: 100_000, validFrom: '2026-10-10T00:00:00Z', validUntil: '2027-01-10T00:00:00Z' };
    const draft = () => take('POST /applications', owner, '/applications', { kind: 'grant', programmeId: programme, ...asked });
    const at = `/applications/${idOf(await draft())}`;
    const octets = { 'content-type': 'application/octet-stream' };
    const attachment = idOf(await take('POST /applications/{id}/attachments', owner, `${at}/attachments?fileName=p.pdf`, PDF, octets));
    await take('DELETE /applications/{id}/attachments/{attachment}', owner, `${at}/attachments/${attachment}`);
    await take('POST /applications/{id}/submit', owner, `${at}/submit`, undefined, based(1));
    await take('POST /applications/{id}/review', review, `${at}/review`, { verdict: 'recommend', opinion: '同意' }, based(2));
    await take('POST /applications/{id}/decision', admin, `${at}/decision`, { verdict: 'approve', opinion: '批准' }, based(3));
    const third = idOf(await draft());
    await owner('POST', `/applications/${third}/submit`, undefined, based(1));
    const several = (verdict: string, version: number) => ({ verdict, opinion: '同意', items: [{ id: third, version }] });
    await take('POST /applications/bulk/review', review, '/applications/bulk/review', several('recommend', 2));
    await take('POST /applications/bulk/decision', admin, '/applications/bulk/decision', several('reject', 3));
    const other = `/applications/${idOf(await draft())}`;
    await take('POST /applications/{id}/withdraw', owner, `${other}/withdraw`, { reason: '改期' }, based(1));
    const { items } = (await owner('GET', '/grants')).body as { items: { id: string }[] };
    const grant = `/grants/${items[0]?.id ?? ''}`;
    await take('POST /grants/{id}/freeze', admin, `${grant}/freeze`, { reason: '核查' });
    await take('POST /grants/{id}/unfreeze', admin, `${grant}/unfreeze`, { reason: '核查完毕' });
    const proposal = await take('POST /grants/{id}/proposals', review, `${grant}/proposals`, { kind: 'freeze', opinion: '闲置' });
    const withdrawal = `/applications/${idOf(proposal)}/proposal-withdrawal`;
    await take('POST /applications/{id}/proposal-withdrawal', review, withdrawal, { reason: '误报' }, based(1));
  }

  async function jobsAndMonths(): Promise<void> {
    const company = await environment.company();
    const { call: engineer } = await environment.person('engineer', company);
    await environment.database.transactions.run((tx) => environment.app.get(WalletsService, { strict: false }).open(tx, [company.id]));
    const { call: finance } = await environment.person('finance');
    const { call: second } = await environment.person('finance');
    const transfers = `/companies/${company.id}/transfers`;
    const octets = { 'content-type': 'application/octet-stream' };
    const received = async (amountFen: number, reference: string) => {
      const sent = { amountFen, reference, paidOn: '2026-10-01' };
      const transfer = `${transfers}/${idOf(await take('POST /companies/{id}/transfers', finance, transfers, sent))}`;
      await take('PUT /companies/{id}/transfers/{transfer}/proof', finance, `${transfer}/proof?fileName=p.pdf`, PDF, octets);
      return transfer;
    };
    const paid = await received(10_000_000, '电汇 7');
    await take('POST /companies/{id}/transfers/{transfer}/confirmation', second, `${paid}/confirmation`, {});
    await take('POST /companies/{id}/transfers/{transfer}/reversal', finance, `${paid}/reversal`, { reason: '记错' });
    const wrong = await received(1, '电汇 8');
    await take('POST /companies/{id}/transfers/{transfer}/rejection', second, `${wrong}/rejection`, { reason: '金额不符' });
    const leaving = await environment.company('毕业企业');
    await environment.database.transactions.run((tx) => {
      const wallets = environment.app.get(WalletsService, { strict: false });
      return wallets.topUp(tx, systemActor('test'), { tenantId: leaving.id, amount: 5n, reference: 'x', key: 'x' }, start);
    });
    await environment.database.owner.query(`UPDATE company SET status = 'graduated' WHERE id = $1`, [leaving.id]);
    const refund = { amountFen: 5, reference: '退款 1', paidOn: '2026-10-01', reason: '毕业' };
    await take('POST /companies/{id}/refunds', finance, `/companies/${leaving.id}/refunds`, refund);
    const job = idOf(
      await take('POST /jobs', engineer, '/jobs', {
        ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name: 'sft' } },
        spec: { gpuClass: 'h800', gpusPerReplica: 8, image: 'registry.park.example/train:1', maxRuntime: '1h', selfPay: true },
      }),
    );
    const variables = { kind: 'environment', values: { TOKEN: 'x' } };
    await take('POST /secrets', engineer, '/secrets', { name: 'wandb', ...variables });
    await take('PUT /secrets/{name}', engineer, '/secrets/wandb', variables, based(1));
    await take('DELETE /secrets/{name}', engineer, '/secrets/wandb', undefined, based(2));
    await environment.database.owner.query(`UPDATE job SET state = 'Running' WHERE id = $1`, [job]);
    await take('POST /jobs/{id}/suspend', engineer, `/jobs/${job}/suspend`);
    await environment.database.owner.query(`UPDATE job SET state = 'Suspended' WHERE id = $1`, [job]);
    await take('POST /jobs/{id}/resume', engineer, `/jobs/${job}/resume`);
    await environment.database.owner.query(`UPDATE job SET state = 'Suspended' WHERE id = $1`, [job]);
    await take('POST /jobs/bulk', engineer, '/jobs/bulk', { action: 'resume', ids: [job] });
    await take('POST /jobs/{id}/cancel', engineer, `/jobs/${job}/cancel`);
    const { call: operator } = await environment.person('operator');
    const [from, until] = [start - 3_600, start].map((at) => toDate(at).toISOString());
    const incident = idOf(await take('POST /incidents', operator, '/incidents', { reason: '节点断电', node: 'gpu-h800-3', from, until }));
    await environment.person('operator');
    await environment.database.owner.query(
      `INSERT INTO funding_admission (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, opened_at)
       VALUES ($1 || '/1', $1, $2, 'h800', 1250, true, now())`,
      [job, company.id],
    );
    await environment.database.owner.query(
      `INSERT INTO incident_refund (admission_id, incident_id, job_id, tenant_id, since, from_checkpoint, gpu_seconds)
       VALUES ($1 || '/1', $2, $1, $3, now(), false, 60)`,
      [job, incident, company.id],
    );
    await take('POST /incidents/{id}/reversal', operator, `/incidents/${incident}/reversal`, { reason: '不是这个节点' });
    clock.moveTo(toDate(start + 60 * DAY));
    await take('POST /months/{month}/closing', finance, '/months/2026-10/closing', { reason: '其余计入十一月' });
  }

  it('finds a record of each, or a reason why there is none', async () => {
    const { routes } = await describedBy(environment.url);
    const writing = routes.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
    expect(failures).toEqual([]);
    expect(writing.filter((route) => !trail.has(route) && !(route in UNRECORDED))).toEqual([]);
    expect(Object.keys(UNRECORDED).filter((route) => !writing.includes(route))).toEqual([]);
    expect([...trail].filter(([, records]) => records.length === 0).map(([route]) => route)).toEqual([]);
    process.stdout.write(`audit: ${writing.length} routes that write: ${trail.size} recorded, ${Object.keys(UNRECORDED).length} excused\n`);
  });

  it('says of each record who it was and from where', () => {
    // Who accepts an invitation is nobody yet when their account is made: the invitation makes it.
    const isNamed = ({ actor }: AuditRecord) => actor.kind === 'user' || actor.id === 'invitation';
    const anonymous = [...trail].flatMap(([route, records]) =>
      records.filter((record) => !isNamed(record) || record.actor.address !== '127.0.0.1').map(({ action }) => `${route}: ${action}`),
    );
    expect(anonymous).toEqual([]);
  });

  it('shows of each change of a setting what was before and what is after', () => {
    const settings = [...trail].filter(([route]) => /^(PUT|PATCH) /.test(route) && route !== 'PUT /me/password');
    expect(settings.length).toBeGreaterThan(8);
    const incomplete = settings.filter(([, records]) => records.some(({ before, after }) => before === null || after === null));
    expect(incomplete.map(([route]) => route)).toEqual([]);
  });

  it('keeps why, also where the body has no place for it', async () => {
    const silent = [...trail].filter(([, records]) => records.some(({ reason }) => reason === null)).map(([route]) => route);
    // Who has not signed in is asked for no reason.
    expect(silent).toEqual(['POST /invitations/accept', 'POST /auth/password-link', 'POST /auth/password']);
    expect(trail.get('PUT /companies/{id}/concurrency-limits/{gpuClass}')?.map(({ reason }) => reason)).toEqual([WHY]);
    const { call } = await environment.person('administrator');
    for (const unreadable of ['%E6%8', 'x'.repeat(501)]) {
      const answer = await call('PATCH', '/gpu-classes/h800', { name: 'H800' }, { ...based(2), 'x-reason': unreadable });
      expect(answer).toMatchObject({ status: 422, body: { code: 'request.reason' } });
    }
  });

  it.each([
    ['PUT /companies/{id}/status', '欠费'],
    ['POST /applications/{id}/review', '同意'],
    ['POST /applications/{id}/decision', '批准'],
    ['POST /applications/{id}/withdraw', '改期'],
    ['POST /grants/{id}/freeze', '核查'],
    ['POST /grants/{id}/unfreeze', '核查完毕'],
    ['POST /grants/{id}/proposals', '闲置'],
    ['POST /applications/{id}/proposal-withdrawal', '误报'],
  ])('keeps the reason that was given for %s', (route, reason) => {
    expect(trail.get(route)?.map((record) => record.reason)).toContain(reason);
  });
});
