import { ManualClock } from '#kernel';
import { type Answer, ApiTestEnvironment } from './api-test-environment.ts';

describe('what takes two people', () => {
  const clock = new ManualClock(new Date('2026-10-10T01:00:00Z'));
  let environment: ApiTestEnvironment;
  let lin: Awaited<ReturnType<ApiTestEnvironment['person']>>;
  let zhao: typeof lin;
  let reviewer: typeof lin;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000' }, clock);
    lin = await environment.person('administrator');
    reviewer = await environment.person('reviewer');
  });
  afterAll(async () => {
    await environment.stop();
  });

  const rolesOf = async (id: string): Promise<unknown> => {
    const { items } = (await lin.call('GET', '/users?limit=200')).body as { items: { id: string; parkRoles: string[] }[] };
    return items.find((user) => user.id === id)?.parkRoles;
  };
  const decisionOf = ({ body }: Answer): string => (body as { decision: { id: string } }).decision.id;
  const confirm = (by: typeof lin, decision: string) => by.call('POST', `/decisions/${decision}/confirmation`, {});

  it('tells a single administrator how to get a second one', async () => {
    const granted = await lin.call('PUT', `/users/${reviewer.id}/roles`, { parkRoles: ['reviewer', 'finance'] });
    expect(granted).toMatchObject({ status: 409, body: { code: 'decision.nobody-else' } });
    expect((granted.body as { remedy: string }).remedy).toContain('create-administrator');
    expect(await rolesOf(reviewer.id)).toEqual(['reviewer']);
  });

  it('gives a role when another administrator confirms it, and takes one away at once', async () => {
    zhao = await environment.person('administrator');
    const granted = await lin.call('PUT', `/users/${reviewer.id}/roles`, { parkRoles: ['finance', 'reviewer'] });
    expect(granted).toMatchObject({ status: 200, body: { parkRoles: ['reviewer'], decision: { state: 'pending', kind: 'park-roles' } } });
    const decision = decisionOf(granted);
    expect(await rolesOf(reviewer.id)).toEqual(['reviewer']);
    expect(await confirm(lin, decision)).toMatchObject({ status: 403, body: { code: 'decision.same-person' } });
    expect(await confirm(reviewer, decision)).toMatchObject({ status: 403, body: { code: 'access.role' } });
    const again = await zhao.call('PUT', `/users/${reviewer.id}/roles`, { parkRoles: ['reviewer', 'operator'] });
    expect(again).toMatchObject({ status: 409, body: { code: 'decision.pending' } });
    expect(await confirm(zhao, decision)).toMatchObject({ status: 200, body: { state: 'confirmed', decidedBy: { id: zhao.id } } });
    expect(await rolesOf(reviewer.id)).toEqual(['finance', 'reviewer']);
    expect(await confirm(zhao, decision)).toMatchObject({ status: 409, body: { code: 'decision.over' } });
    const taken = await lin.call('PUT', `/users/${reviewer.id}/roles`, { parkRoles: ['reviewer'] });
    expect(taken.body).toMatchObject({ parkRoles: ['reviewer'] });
    expect(taken.body).not.toHaveProperty('decision');
  });

  it('lets nobody confirm what favours themselves', async () => {
    const third = await environment.person('administrator');
    const decision = decisionOf(await lin.call('PUT', `/users/${zhao.id}/roles`, { parkRoles: ['administrator', 'reviewer'] }));
    expect(await confirm(zhao, decision)).toMatchObject({ status: 403, body: { code: 'decision.favours-oneself' } });
    expect((await confirm(third, decision)).status).toBe(200);
    expect(await rolesOf(zhao.id)).toEqual(['administrator', 'reviewer']);
    const own = await lin.call('PUT', `/users/${lin.id}/roles`, { parkRoles: ['administrator', 'finance'] });
    expect(own).toMatchObject({ status: 403, body: { code: 'user.oneself' } });
  });

  it('changes the threshold of a programme people may apply for with a second administrator only', async () => {
    await lin.call('POST', '/gpu-classes', { code: 'h800', name: 'H800', nodeSelector: { gpu: 'h800' } });
    const created = await lin.call('POST', '/programmes', {
      ...{ code: 'xuhui', name: '徐汇', funder: '徐汇区', unit: 'CNY', coverageBp: 5000, priority: 1, classes: ['h800'] },
      ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-12-31T00:00:00Z', secondApprovalAbove: 500_000 },
    });
    const programme = `/programmes/${(created.body as { id: string }).id}`;
    const based = (version: number) => ({ 'if-match': `"${version}"` });
    await lin.call('PUT', `${programme}/status`, { status: 'open' }, based(1));
    const lifted = await lin.call('PATCH', programme, { secondApprovalAbove: null, reviewDays: 7 }, based(2));
    expect(lifted).toMatchObject({ status: 200, body: { secondApprovalAbove: 500_000, reviewDays: 7, decision: { state: 'pending' } } });
    expect((lifted.body as { decision: { summary: string } }).decision.summary).toBe(
      '徐汇: two final approvals never instead of above ¥5,000.00.',
    );
    expect(await confirm(lin, decisionOf(lifted))).toMatchObject({ status: 403, body: { code: 'decision.same-person' } });
    const rejected = await zhao.call('POST', `/decisions/${decisionOf(lifted)}/rejection`, { comment: '不同意' });
    expect(rejected.body).toMatchObject({ state: 'rejected', comment: '不同意' });
    const raised = await lin.call('PATCH', programme, { secondApprovalAbove: 600_000 }, based(3));
    expect(raised.body).toMatchObject({ secondApprovalAbove: 500_000, version: 3 });
    const withdrawal = `/decisions/${decisionOf(raised)}/withdrawal`;
    expect(await zhao.call('POST', withdrawal, {})).toMatchObject({ status: 403, body: { code: 'decision.not-yours' } });
    expect((await lin.call('POST', withdrawal, {})).body).toMatchObject({ state: 'withdrawn' });
    const forgotten = decisionOf(await lin.call('PATCH', programme, { secondApprovalAbove: 700_000 }, based(3)));
    clock.advance(14 * 86_400_000);
    expect(await confirm(zhao, forgotten)).toMatchObject({ status: 409, body: { code: 'decision.over' } });
    expect((await zhao.call('GET', '/decisions?state=expired')).body).toMatchObject({ items: [{ id: forgotten, state: 'expired' }] });
    const last = decisionOf(await lin.call('PATCH', programme, { secondApprovalAbove: 700_000 }, based(3)));
    expect((await confirm(zhao, last)).status).toBe(200);
    expect((await lin.call('GET', programme)).body).toMatchObject({ secondApprovalAbove: 700_000, version: 4 });
  });

  it('cannot be written as decided by one person, not even by the owner of the table', async () => {
    const decision = decisionOf(await lin.call('PUT', `/users/${reviewer.id}/roles`, { parkRoles: ['reviewer', 'auditor'] }));
    await expect(
      environment.database.owner.query(
        `UPDATE pending_decision SET state = 'confirmed', decided_by = proposed_by, decided_at = now() WHERE id = $1`,
        [decision],
      ),
    ).rejects.toThrow('check constraint');
  });
});
