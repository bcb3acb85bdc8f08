import { ManualClock } from '#kernel';
import type { Company } from '#tenancy';
import { type Answer, ApiTestEnvironment } from './api-test-environment.ts';

/** What answers tell, as far as this story reads them. */
interface Told {
  readonly id: string;
  readonly code: string;
  readonly status: string;
  readonly remedy: string;
  readonly errors: readonly { readonly pointer: string }[];
  readonly items: readonly Told[];
  readonly action: string;
  readonly kind: string;
  readonly round: number;
  readonly body: string;
  readonly content: { readonly purpose: string } | null;
  readonly purpose: string;
  readonly amount: number;
  readonly approval: { readonly amount: number };
  readonly dueAt: string | null;
  readonly version: number;
  readonly mediaType: string;
  readonly fileName: string;
  readonly gpusPerNode: number;
  readonly listPriceFen: number | null;
  readonly appropriated: number;
  readonly unpromised: number;
  readonly promised: number;
  readonly available: number;
  readonly balance: number;
  readonly frozen: boolean;
  readonly events: readonly Told[];
  readonly grants: readonly Told[];
  readonly concurrency: readonly object[];
}

type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Omit<Answer, 'body'> & { readonly body: Told }>;

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n';
const OCTETS = { 'content-type': 'application/octet-stream' };

describe('the application story over HTTP', () => {
  const clock = new ManualClock(new Date('2026-10-10T01:00:00Z'));
  let environment: ApiTestEnvironment;
  let company: Company;
  let owner: Call, reviewer: Call, lin: Call, zhao: Call, stranger: Call;
  let programme: string;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '864000' }, clock);
    company = await environment.company('极订科技');
    owner = (await environment.person('owner', company)).call;
    reviewer = (await environment.person('reviewer')).call;
    lin = (await environment.person('administrator')).call;
    zhao = (await environment.person('administrator')).call;
    stranger = (await environment.person('owner', await environment.company('他人科技'))).call;
  });
  afterAll(async () => {
    await environment.stop();
  });

  const based = (version: number) => ({ 'if-match': `"${version}"` });
  const draftOf = async (fields: object = {}) => {
    const period = { validFrom: '2026-10-10T00:00:00Z', validUntil: '2027-01-10T00:00:00Z' };
    const answer = await owner('POST', '/applications', {
      kind: 'grant',
      programmeId: programme,
      purpose: '微调',
      amount: 100_000,
      ...period,
      ...fields,
    });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const attach = (application: string) =>
    owner(
      'POST',
      `/applications/${application}/attachments?kind=business-licence&fileName=${encodeURIComponent('营业执照.pdf')}`,
      PDF,
      OCTETS,
    );

  it('opens a programme with its class, price and budget', async () => {
    const added = await lin('POST', '/gpu-classes', { code: 'h800', name: 'NVIDIA H800 80GB', nodeSelector: { gpu: 'h800' } });
    expect([added.status, added.body.gpusPerNode, added.body.listPriceFen]).toEqual([201, 8, null]);
    await lin('POST', '/gpu-classes/h800/prices', { from: '2026-01-01T00:00:00+08:00', fenPerGpuHour: 1250 });
    const backdated = await lin('POST', '/gpu-classes/h800/prices', { from: '2026-10-01T00:00:00Z', fenPerGpuHour: 1 });
    expect([backdated.status, backdated.body.code, backdated.body.errors[0]!.pointer]).toEqual([422, 'catalog.backdated-price', '/from']);
    expect((await owner('GET', '/gpu-classes')).body.items).toMatchObject([{ code: 'h800', listPriceFen: 1250 }]);

    const created = await lin('POST', '/programmes', {
      ...{ code: 'xuhui-2026', name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5000, priority: 10, classes: ['h800'] },
      ...{ validFrom: '2026-01-01T00:00:00+08:00', validUntil: '2027-12-31T00:00:00+08:00', secondApprovalAbove: 500_000 },
      requiredAttachments: [{ kind: 'business-licence', name: '营业执照' }],
    });
    expect([created.status, created.body.status, created.body.unpromised, created.headers.get('etag')]).toEqual([201, 'draft', 0, '"1"']);
    programme = created.body.id;
    expect((await owner('GET', `/programmes/${programme}`)).status).toBe(404);
    for (const [key, amount] of [
      ['a', 600_000],
      ['b', 400_000],
      ['b', 400_000],
    ] as const) {
      await lin('POST', `/programmes/${programme}/appropriations`, { amount, reference: '徐财7号' }, { 'idempotency-key': key });
    }
    const keyless = await lin('POST', `/programmes/${programme}/appropriations`, { amount: 400_000, reference: '徐财7号' });
    expect([keyless.status, keyless.body.code, keyless.body.remedy]).toEqual([
      428,
      'idempotency.key-missing',
      expect.stringContaining('Idempotency-Key'),
    ]);
    const opened = await lin('PUT', `/programmes/${programme}/status`, { status: 'open' }, based(1));
    expect([opened.status, opened.body.status]).toEqual([200, 'open']);
    expect(opened.body).toMatchObject({ appropriated: 1_000_000, unpromised: 1_000_000 });
    const seen = await owner('GET', '/programmes');
    expect(seen.body.items).toMatchObject([{ code: 'xuhui-2026' }]);
    expect(seen.body.items[0]).not.toHaveProperty('unpromised');
    expect(seen.body.items[0]).not.toHaveProperty('appropriated');
  });

  it('refuses wrong terms field by field', async () => {
    const wrong = await lin('POST', '/programmes', {
      ...{ code: 'X Y', name: '', funder: '徐汇区', unit: 'GPU_SECONDS', coverageBp: 12_000, priority: 10, classes: [] },
      ...{ validFrom: 'yesterday', validUntil: '2027-12-31T00:00:00+08:00', colour: 'red' },
    });
    const pointers = wrong.body.errors.map(({ pointer }) => pointer);
    expect([wrong.status, [...new Set(pointers)].sort()]).toEqual([
      422,
      ['/classes', '/code', '/colour', '/coverageBp', '/name', '/validFrom'],
    ]);
    const hours = await lin('POST', '/programmes', {
      ...{ code: 'hours', name: '机时', funder: '徐汇区', unit: 'GPU_SECONDS', coverageBp: 5000, priority: 10, classes: ['h800'] },
      ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' },
    });
    expect([hours.status, hours.body.code, hours.body.errors[0]!.pointer, hours.body.remedy]).toEqual([
      ...[422, 'programme.coverage', '/coverageBp', 'Set coverageBp to 10000.'],
    ]);
  });

  it('saves a draft as it grows, returns it for changes, and ends in a grant for a part', async () => {
    const started = await owner('POST', '/applications', { kind: 'grant', programmeId: programme });
    const id = started.body.id;
    const fields = { purpose: '微调', amount: 300_000, validFrom: '2026-10-10T00:00:00Z', validUntil: '2027-01-10T00:00:00Z' };
    const saved = await owner('PATCH', `/applications/${id}`, fields, based(1));
    expect([saved.status, saved.headers.get('etag'), saved.body.amount]).toEqual([200, '"2"', 300_000]);
    expect((await owner('PATCH', `/applications/${id}`, { plan: 'x' }, based(1))).status).toBe(412);
    expect((await owner('PATCH', `/applications/${id}`, { plan: 'x' })).status).toBe(428);
    expect((await reviewer('GET', `/applications/${id}`)).status).toBe(404);
    expect((await stranger('GET', `/applications/${id}`)).status).toBe(404);
    const early = await owner('POST', `/applications/${id}/submit`, undefined, based(2));
    expect([early.status, early.body.code]).toEqual([422, 'application.attachment-missing']);
    const attachment = await attach(id);
    expect([attachment.status, attachment.body.mediaType, attachment.body.fileName]).toEqual([201, 'application/pdf', '营业执照.pdf']);
    const disguised = await owner('POST', `/applications/${id}/attachments?fileName=plan.pdf`, '<html><script>1</script>', OCTETS);
    expect([disguised.status, disguised.body.code]).toEqual([422, 'attachment.type']);

    const submitted = await owner('POST', `/applications/${id}/submit`, undefined, based(2));
    expect([submitted.body.status, submitted.body.dueAt]).toEqual(['submitted', '2026-10-15T01:00:00.000Z']);
    expect((await reviewer('GET', '/applications?status=submitted')).body.items.map((item) => item.id)).toEqual([id]);
    const silent = await reviewer('POST', `/applications/${id}/review`, { verdict: 'return' }, based(3));
    expect([silent.status, silent.body.errors[0]!.pointer]).toEqual([422, '/opinion']);
    await reviewer('POST', `/applications/${id}/review`, { verdict: 'return', opinion: '请写明用途' }, based(3));
    await reviewer('POST', `/applications/${id}/comments`, { body: '用途太短', audience: 'park' });
    await owner('POST', `/applications/${id}/comments`, { body: '马上补充' });
    const heard = (await owner('GET', `/applications/${id}/comments`)).body.items;
    expect(heard.map(({ body }) => body)).toEqual(['马上补充']);

    await owner('PATCH', `/applications/${id}`, { purpose: '微调 72B 模型，服务三家医院' }, based(4));
    await owner('POST', `/applications/${id}/submit`, undefined, based(5));
    const review = { verdict: 'recommend', amount: 250_000, opinion: '同意推荐' };
    expect((await lin('POST', `/applications/${id}/review`, review, based(6))).status).toBe(403);
    expect((await reviewer('POST', `/applications/${id}/review`, review, based(6))).body.status).toBe('recommended');
    const tooMuch = await lin('POST', `/applications/${id}/decision`, { verdict: 'approve', amount: 300_001 }, based(7));
    expect([tooMuch.status, tooMuch.body.errors[0]!.pointer]).toEqual([422, '/amount']);
    const approved = await lin(
      'POST',
      `/applications/${id}/decision`,
      { verdict: 'approve', amount: 200_000, opinion: '部分批准' },
      based(7),
    );
    expect([approved.status, approved.body.status, approved.body.approval.amount]).toEqual([200, 'approved', 200_000]);
    expect((await zhao('POST', `/applications/${id}/decision`, { verdict: 'approve' }, based(7))).status).toBe(412);

    const events = (await owner('GET', `/applications/${id}/events`)).body.items;
    expect(events.map(({ action, round }) => `${action} ${round}`)).toEqual([
      'created 0',
      'submitted 1',
      'returned 1',
      'submitted 2',
      'recommended 2',
      'approved 2',
    ]);
    expect([events[1]?.content?.purpose, events[3]?.content?.purpose]).toEqual(['微调', '微调 72B 模型，服务三家医院']);
    const grants = (await owner('GET', '/grants')).body.items;
    expect(grants).toMatchObject([{ available: 200_000, held: 0, applicationId: id, companyId: company.id }]);
    expect((await stranger('GET', '/grants')).body.items).toEqual([]);
    expect((await stranger('GET', `/grants/${grants[0]!.id}`)).status).toBe(404);
    expect((await lin('GET', `/programmes/${programme}`)).body).toMatchObject({ appropriated: 1_000_000, unpromised: 800_000 });
  });

  it('hands a paper out as a download only', async () => {
    const { id } = await draftOf();
    const { body } = await attach(id);
    const download = await owner('GET', `/applications/${id}/attachments/${body.id}`);
    expect([download.status, download.body]).toEqual([200, PDF]);
    expect(download.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('营业执照.pdf')}`);
    expect([download.headers.get('content-type'), download.headers.get('x-content-type-options')]).toEqual([
      'application/octet-stream',
      'nosniff',
    ]);
    expect((await stranger('GET', `/applications/${id}/attachments/${body.id}`)).status).toBe(404);
    expect((await owner('DELETE', `/applications/${id}/attachments/${body.id}`)).status).toBe(204);
    expect((await owner('GET', `/applications/${id}/attachments`)).body.items).toEqual([]);
  });

  it('needs a second administrator above the threshold, and never promises more than is left', async () => {
    const { id } = await draftOf({ amount: 700_000 });
    await attach(id);
    await owner('POST', `/applications/${id}/submit`, undefined, based(1));
    await reviewer('POST', `/applications/${id}/review`, { verdict: 'recommend' }, based(2));
    const first = await lin('POST', `/applications/${id}/decision`, { verdict: 'approve' }, based(3));
    expect(first.body.status).toBe('endorsed');
    const same = await lin('POST', `/applications/${id}/decision`, { verdict: 'approve' }, based(4));
    expect([same.status, same.body.code]).toEqual([403, 'application.same-person']);
    expect((await zhao('POST', `/applications/${id}/decision`, { verdict: 'approve' }, based(4))).body.status).toBe('approved');

    const more = await draftOf({ amount: 100_001 });
    await attach(more.id);
    await owner('POST', `/applications/${more.id}/submit`, undefined, based(1));
    await reviewer('POST', `/applications/${more.id}/review`, { verdict: 'recommend' }, based(2));
    const short = await lin('POST', `/applications/${more.id}/decision`, { verdict: 'approve' }, based(3));
    expect([short.status, short.body.code]).toEqual([409, 'programme.budget-exceeded']);
    expect((await lin('GET', `/applications/${more.id}`)).body).toMatchObject({ status: 'recommended', version: 3, approval: null });
    const rejected = await lin('POST', `/applications/${more.id}/decision`, { verdict: 'reject', opinion: '预算不足' }, based(3));
    expect(rejected.body.status).toBe('rejected');
  });

  it('increases, freezes and claws back a grant, and shows all of it', async () => {
    const [grant] = (await owner('GET', '/grants')).body.items;
    const increase = await owner('POST', '/applications', { kind: 'increase', grantId: grant!.id, amount: 50_000, purpose: '延长训练' });
    await owner('POST', `/applications/${increase.body.id}/submit`, undefined, based(1));
    await reviewer('POST', `/applications/${increase.body.id}/review`, { verdict: 'recommend' }, based(2));
    await lin('POST', `/applications/${increase.body.id}/decision`, { verdict: 'approve' }, based(3));
    const frozen = await lin('POST', `/grants/${grant!.id}/freeze`, { reason: '核查用途' });
    expect([frozen.status, frozen.body.status, frozen.body.promised]).toEqual([200, 'frozen', 250_000]);
    const proposal = await reviewer('POST', `/grants/${grant!.id}/proposals`, { kind: 'claw-back', amount: 999_999, opinion: '长期闲置' });
    expect([proposal.status, proposal.body.status]).toEqual([201, 'recommended']);
    // Until it is decided, the company can neither spend it nor read why.
    expect((await owner('GET', `/grants/${grant!.id}`)).body.available).toBe(0);
    expect((await owner('GET', `/applications/${proposal.body.id}`)).status).toBe(404);
    expect((await owner('GET', `/applications/${proposal.body.id}/events`)).status).toBe(404);
    expect((await owner('GET', '/applications')).body.items.map(({ kind }) => kind)).not.toContain('claw-back');
    await lin('POST', `/applications/${proposal.body.id}/decision`, { verdict: 'approve' }, based(1));
    const sheet = (await owner('GET', `/grants/${grant!.id}`)).body;
    expect(sheet).toMatchObject({ available: 0, spent: 0, frozen: true, runway: { consumptionPerDay: 0, daysLeft: null } });
    expect(sheet.events.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['opened', 200_000],
      ['increased', 50_000],
      ['frozen', null],
      ['clawed-back', 250_000],
    ]);
    const lines = (await owner('GET', `/grants/${grant!.id}/entries`)).body.items;
    expect(lines.map(({ kind, balance }) => [kind, balance])).toEqual([
      ['grant.opened', 200_000],
      ['grant.amended', 250_000],
      ['hold.placed', 0],
      ['hold.released', 250_000],
      ['grant.clawed-back', 0],
    ]);
    expect((await owner('GET', `/grants/${grant!.id}/entries?order=latest`)).body.items).toEqual(lines.toReversed());
    expect((await owner('GET', `/grants/${grant!.id}/jobs`)).body.items).toEqual([]);
  });

  it('shows a company its quota, and who sets its limits', async () => {
    const set = await lin('PUT', `/companies/${company.id}/concurrency-limits/h800`, { maxGpus: 16 });
    expect([set.status, set.body.items]).toEqual([200, [{ gpuClass: 'h800', maxGpus: 16, share: null }]]);
    expect((await owner('PUT', `/companies/${company.id}/concurrency-limits/h800`, { maxGpus: 64 })).status).toBe(403);
    expect((await lin('PUT', `/companies/${company.id}/concurrency-limits/b200`, { maxGpus: 1 })).status).toBe(404);
    const quota = await owner('GET', `/companies/${company.id}/quota`);
    expect(quota.body.concurrency).toEqual([{ gpuClass: 'h800', maxGpus: 16, share: null }]);
    expect(quota.body.grants.map(({ available, status }) => [available, status])).toEqual([
      [0, 'frozen'],
      [700_000, 'active'],
    ]);
    expect((await stranger('GET', `/companies/${company.id}/quota`)).status).toBe(404);
  });

  it('lists what is overdue, and lets the applicant take it back', async () => {
    const { id } = await draftOf();
    await attach(id);
    await owner('POST', `/applications/${id}/submit`, undefined, based(1));
    expect((await reviewer('GET', '/applications?overdue=true')).body.items).toEqual([]);
    clock.moveTo(new Date('2026-10-16T00:00:00Z'));
    expect((await reviewer('GET', '/applications?overdue=true')).body.items.map((item) => item.id)).toEqual([id]);
    const withdrawn = await owner('POST', `/applications/${id}/withdraw`, { reason: '改用自有资金' }, based(2));
    expect([withdrawn.status, withdrawn.body.status, withdrawn.body.dueAt]).toEqual([200, 'withdrawn', null]);
    expect((await reviewer('GET', '/applications?overdue=true')).body.items).toEqual([]);
  });

  it('leaves every step on the audit trail', async () => {
    const auditor: Call = (await environment.person('auditor')).call;
    const trail = (await auditor('GET', `/audit/events?limit=200`)).body.items;
    const actions = new Set(trail.map(({ action }) => action));
    for (const action of [
      ...['programme.created', 'programme.appropriated', 'programme.open', 'application.submitted', 'application.returned'],
      ...['application.recommended', 'application.endorsed', 'application.approved', 'application.rejected', 'application.withdrawn'],
      ...['grant.opened', 'grant.amended', 'grant.frozen', 'grant.clawed-back', 'concurrency-limit.set', 'attachment.added', 'price.added'],
    ]) {
      expect([action, actions.has(action)]).toEqual([action, true]);
    }
  });
});
