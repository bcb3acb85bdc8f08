import type { Company } from '#tenancy';
import { ApiWorld, type Call } from './api-world.ts';

interface Wallet {
  readonly availableFen: number;
  readonly heldFen: number;
}

describe('wallets over HTTP', () => {
  let world: ApiWorld;
  let company: Company;
  let owner: Call, finance: Call, auditor: Call, stranger: Call;

  beforeAll(async () => {
    world = await ApiWorld.start();
    company = await world.company();
    owner = (await world.person('owner', company)).call;
    finance = (await world.person('finance')).call;
    auditor = (await world.person('auditor')).call;
    stranger = (await world.person('owner', await world.company('他人科技'))).call;
  });
  afterAll(async () => {
    await world.stop();
  });

  const topUp = (call: Call, body: object, key: string) =>
    call('POST', `/companies/${company.id}/top-ups`, body, { 'idempotency-key': key });

  it('shows a company that never had money an empty wallet', async () => {
    const balance = await owner('GET', `/companies/${company.id}/balance`);
    const wallet = { availableFen: 0, heldFen: 0, runway: { burnPerDayFen: 0, daysLeft: null } };
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

  it('refuses amounts that are none, people who are not finance, and companies that are not one’s own', async () => {
    const none = await topUp(finance, { amountFen: 0, reference: 'x' }, 'c');
    expect([none.status, (none.body as { errors: { pointer: string }[] }).errors[0]?.pointer]).toEqual([422, '/amountFen']);
    expect((await topUp(owner, { amountFen: 1, reference: 'x' }, 'd')).status).toBe(403);
    const nowhere = await finance('POST', '/companies/company_01jaaaaaaaaaaaaaaaaaaaaaaa/top-ups', { amountFen: 1, reference: 'x' });
    expect(nowhere.status).toBe(404);
    for (const path of ['balance', 'wallet/entries']) {
      expect([path, (await stranger('GET', `/companies/${company.id}/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await owner('GET', `/companies/${company.id}/balance`)).body).toMatchObject({ wallet: { availableFen: 500_250 } });
  });
});
