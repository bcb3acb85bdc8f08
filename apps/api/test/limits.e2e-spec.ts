import type { Company } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const OCTETS = { 'content-type': 'application/octet-stream' };
const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n';

describe('limits on what comes in', () => {
  let environment: ApiTestEnvironment;
  let company: Company;
  let programme: string;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ SUBMISSIONS_PER_MINUTE: '3', UPLOAD_BYTES: '2000' });
    company = await environment.company();
    const { call } = await environment.person('administrator');
    await call('POST', '/gpu-classes', { code: 'h800', name: 'H800', nodeSelector: { gpu: 'h800' } });
    const created = await call('POST', '/programmes', {
      ...{ code: 'xuhui', name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5000, priority: 10, classes: ['h800'] },
      ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2029-12-31T00:00:00Z' },
    });
    programme = (created.body as { id: string }).id;
    await call('PUT', `/programmes/${programme}/status`, { status: 'open' }, { 'if-match': '"1"' });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const owner = async (): Promise<Call> => (await environment.person('owner', company)).call;
  const draft = async (call: Call): Promise<string> =>
    ((await call('POST', '/applications', { kind: 'grant', programmeId: programme })).body as { id: string }).id;

  it.each([
    ['jobs', (call: Call) => call('POST', '/jobs', {})],
    [
      'applications',
      (call: Call) => call('POST', '/applications/application_01jaaaaaaaaaaaaaaaaaaaaaaa/submit', undefined, { 'if-match': '"1"' }),
    ],
    [
      'papers',
      (call: Call) => call('POST', '/applications/application_01jaaaaaaaaaaaaaaaaaaaaaaa/attachments?fileName=p.pdf', PDF, OCTETS),
    ],
  ] as const)('stop a caller who submits %s without end, and nobody else', async (_what, submit) => {
    const [eager, calm] = [await owner(), await owner()];
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await submit(eager));
    expect(answers.slice(0, 3).every(({ status }) => status !== 429)).toBe(true);
    expect(answers[3]).toMatchObject({ status: 429, body: { code: 'request.too-many' } });
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await submit(calm)).status).not.toBe(429);
  });

  it('count a person, whatever their header says', async () => {
    const call = await owner();
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const answers = [];
    for (let n = 0; n < 4; n += 1) {
      const made = await call('POST', '/me/tokens', { name: `ci ${n}`, scopes: ['job.write'], expiresAt });
      answers.push((await environment.bearing((made.body as { token: string }).token)('POST', '/jobs', {})).status);
    }
    expect(answers.map((status) => status === 429)).toEqual([false, false, false, true]);
  });

  it('refuse a paper that is too large, and one that does not come as a file', async () => {
    const call = await owner();
    const at = `/applications/${await draft(call)}/attachments?fileName=p.pdf`;
    const large = await call('POST', at, PDF.padEnd(2001), OCTETS);
    expect(large).toMatchObject({ status: 413, body: { code: 'request.too-large' } });
    const page = await call('POST', at, '<script>alert(1)</script>', { 'content-type': 'text/html' });
    expect(page.status).toBe(415);
    const form = await call('POST', at, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, (form.body as { code: string }).code]).toEqual([422, 'attachment.body']);
  });
});
