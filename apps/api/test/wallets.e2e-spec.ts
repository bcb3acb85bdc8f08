import type { Company } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

interface Wallet {
  readonly availableFen: number;
  readonly heldFen: number;
}

describe('wallets over HTTP', () => {
  let environment: ApiTestEnvironment;
  let company: Company;
  let owner: Call, finance: Call, auditor: Call, stranger: Call;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    company = await environment.company();
    owner = (await environment.person('owner', company)).call;
    finance = (await environment.person('finance')).call;
    auditor = (await environment.person('auditor')).call;
    stranger = (await environment.person('owner', await environment.company('他人科技'))).call;
  });
  afterAll(async () => {
    await environment.stop();
  });

  const topUp = (call: Call, body: object, key: string) =>
    call('POST', `/companies/${company.id}/top-ups`, body, { 'idempotency-key': key });

  it('shows a company that never had money an empty wallet', async () => {
    const balance = await owner('GET', `/companies/${company.id}/balance`);
    const wallet = { availableFen: 0, heldFen: 0, runway: { consumptionPerDayFen: 0, daysLeft: null } };
    expect([balance.status, balance.body]).toEqual([200, { wallet, grants: [], caps: [], concurrency: [] }]);
    expect((await owner('GET', `/companies/${company.id}/wallet/entries`)).body).toEqual({ items: [] });
  });

  it('records what finance received once for each key, and leaves it on the trail', async () => {
    const first = await topUp(finance, { amountFen: 500_000, reference: '工行 2026-11-24 0071' }, 'a');
    expect([first.status, first.body as Wallet]).toEqual([201, { availableFen: 500_000, heldFen: 0 }]);
    expect((await topUp(finance, { amountFen: 500_000, reference: '工行 2026-11-24 0071' }, 'a')).body).toEqual(first.body);
    expect((await topUp(finance, { amountFen: 1, reference: '工行 2026-11-24 0071' }, 'a')).status).toBe(422);
    expect((await topUp(finance, { amountFen: 250, reference: '现金' }, 'b')).body).toEqual({ availableFen: 500_250, heldFen: 0 });
    const { items } = (await owner('GET', `/companies/${company.id}/wallet/entries`)).body as {
      items: { kind: string; amount: number; balance: number; reason: string }[];
    };
    expect(items.map(({ kind, amount, balance, reason }) => [kind, amount, balance, reason])).toEqual([
      ['wallet.topped-up', 500_000, 500_000, '工行 2026-11-24 0071'],
      ['wallet.topped-up', 250, 500_250, '现金'],
    ]);
    const trail = (await auditor('GET', `/audit/events?action=wallet.topped-up`)).body as { items: { after: object }[] };
    expect(trail.items.map(({ after }) => after)).toEqual(
      expect.arrayContaining([
        { amountFen: '500000', reference: '工行 2026-11-24 0071' },
        { amountFen: '250', reference: '现金' },
      ]),
    );
    expect(trail.items).toHaveLength(2);
  });

  it('refuses a bank reference that was used, however it is written, and takes a top-up back by two people of finance', async () => {
    const other = await environment.company('另一家');
    const call = (by: Call, body: object) => by('POST', `/companies/${other.id}/top-ups`, body);
    const again = await call(finance, { amountFen: 500_000, reference: ' 工行2026-11-24 ００７１' });
    expect(again).toMatchObject({ status: 409, body: { code: 'wallet.reference-used', errors: [{ pointer: '/reference' }] } });
    expect((again.body as { detail: string }).detail).toContain(company.id);
    expect((await call(finance, { amountFen: 700, reference: '建行 9' })).status).toBe(201);
    const topUps = (await finance('GET', `/companies/${other.id}/top-ups`)).body as { items: { id: string; reference: string }[] };
    expect(topUps.items).toMatchObject([{ amountFen: 700, reference: '建行 9', reversedAt: null }]);
    const reversal = `/companies/${other.id}/top-ups/${topUps.items[0]!.id}/reversal`;
    expect(await finance('POST', reversal, { reason: '记错公司' })).toMatchObject({ status: 409, body: { code: 'decision.nobody-else' } });
    const second = (await environment.person('finance')).call;
    const proposed = await finance('POST', reversal, { reason: '记错公司' });
    expect(proposed).toMatchObject({ status: 201, body: { state: 'pending', companyId: other.id } });
    const confirmation = `/decisions/${(proposed.body as { id: string }).id}/confirmation`;
    expect(await finance('POST', confirmation, {})).toMatchObject({ status: 403, body: { code: 'decision.same-person' } });
    expect((await second('POST', confirmation, {})).body).toMatchObject({ state: 'confirmed' });
    expect((await finance('GET', `/companies/${other.id}/balance`)).body).toMatchObject({ wallet: { availableFen: 0 } });
    const { items } = (await finance('GET', `/companies/${other.id}/wallet/entries`)).body as { items: object[] };
    expect(items).toMatchObject([{ amount: 700 }, { kind: 'adjustment', amount: -700, reason: '记错公司' }]);
    expect(await finance('POST', reversal, { reason: '再来' })).toMatchObject({ status: 409, body: { code: 'wallet.top-up-reversed' } });
    // The transfer can now be recorded for whom it was meant.
    expect((await topUp(finance, { amountFen: 700, reference: '建行 9' }, 'meant')).status).toBe(201);
  });

  it('lets nobody of finance give money to a company they belong to', async () => {
    const insider = await environment.person('finance');
    await environment.database.owner.query(`INSERT INTO member (company_id, user_id, role, since) VALUES ($1, $2, 'engineer', now())`, [
      company.id,
      insider.id,
    ]);
    expect(await topUp(insider.call, { amountFen: 1, reference: '自己' }, 'own')).toMatchObject({
      status: 403,
      body: { code: 'access.conflict-of-interest' },
    });
  });

  it('refuses amounts that are none, people who are not finance, and companies that are not one’s own', async () => {
    const none = await topUp(finance, { amountFen: 0, reference: 'x' }, 'c');
    expect([none.status, (none.body as { errors: { pointer: string }[] }).errors[0]?.pointer]).toEqual([422, '/amountFen']);
    expect((await topUp(owner, { amountFen: 1, reference: 'x' }, 'd')).status).toBe(403);
    const nowhere = await finance('POST', '/companies/company_01jaaaaaaaaaaaaaaaaaaaaaaa/top-ups', { amountFen: 1, reference: 'x' });
    expect(nowhere.status).toBe(404);
    for (const path of ['balance', 'wallet/entries']) {
      expect([path, (await stranger('GET', `/companies/${company.id}/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await owner('GET', `/companies/${company.id}/balance`)).body).toMatchObject({ wallet: { availableFen: 500_950 } });
  });
});
