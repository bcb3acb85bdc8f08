import { ApiTestEnvironment } from './api-test-environment.ts';

interface Event {
  action: string;
  actor: { id: string; address: string };
  before: object | null;
  after: object | null;
  reason: string | null;
}

describe('the audit trail over HTTP', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('tells who suspended a company, when, from where, before and after, and why', async () => {
    const administrator = await environment.person('administrator');
    const auditor = await environment.person('auditor');
    const company = await environment.company();
    await administrator.call('PUT', `/companies/${company.id}/status`, { status: 'suspended', reason: '＝欠费' }, { 'if-match': '"1"' });
    const found = await auditor.call('GET', `/audit/events?objectId=${company.id}&action=company.suspended`);
    expect((found.body as { items: Event[] }).items).toMatchObject([
      {
        actor: { id: administrator.id, address: '127.0.0.1' },
        before: { status: 'active' },
        after: { status: 'suspended' },
        reason: '＝欠费',
      },
    ]);
    const signIns = await auditor.call('GET', `/audit/events?actorId=${administrator.id}&action=sign-in.succeeded`);
    expect((signIns.body as { items: Event[] }).items).toHaveLength(1);
  });

  it('is exported as CSV that a spreadsheet opens without harm, and as JSON lines', async () => {
    const auditor = await environment.person('auditor');
    const csv = await auditor.call('GET', '/audit/export?format=csv&action=company.suspended');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    expect((csv.body as string).split('\r\n')[1]).toContain(`,'＝欠费,`);
    const lines = ((await auditor.call('GET', '/audit/export')).body as string).trim().split('\n');
    const found = await auditor.call('GET', '/audit/verification');
    expect(found.body).toMatchObject({ events: lines.length, intact: true, faults: [] });
    expect((JSON.parse(lines.at(-1)!) as { hash: string }).hash).toBe((found.body as { head: string }).head);
  });

  it('holds no secret', async () => {
    const rows = JSON.stringify(await environment.database.owner.query('SELECT before, after, reason FROM audit_event'));
    expect(rows).not.toMatch(/mss_pat_|mss_ref_|mss_inv_|argon2|quartz lantern/);
  });
});
