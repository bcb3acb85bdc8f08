import { createHash } from 'node:crypto';
import { systemActor } from '#audit';
import { Wallets } from '#funding';
import { BusinessCalendar, instantOf } from '#kernel';
import { canonicalJson } from '#statements';
import { ApiWorld } from './api-world.ts';

describe('statements over HTTP', () => {
  let world: ApiWorld;
  const calendar = new BusinessCalendar();
  const now = instantOf(new Date());
  const [thisMonth, lastMonth] = [calendar.monthOf(now), calendar.previous(calendar.monthOf(now))];
  beforeAll(async () => {
    world = await ApiWorld.start();
  });
  afterAll(async () => {
    await world.stop();
  });

  it('lets a company read its own month, with a digest it can check, and nobody else’s', async () => {
    const [company, other] = [await world.company(), await world.company('他司')];
    const wallets = world.app.get(Wallets, { strict: false });
    await world.database.transactions.run(async (tx) => {
      await wallets.open(tx, [company.id]);
      const topUp = { tenantId: company.id, amount: 500n, reference: 'first', key: 'first' };
      await wallets.topUp(tx, systemActor('test'), topUp, calendar.startOf(lastMonth));
    });
    const owner = await world.person('owner', company);
    const answer = await owner.call('GET', `/companies/${company.id}/statements/${lastMonth}`);
    const body = answer.body as { document: { accounts: unknown }; digest: string };
    expect(answer.status).toBe(200);
    expect(body.document.accounts).toEqual([
      { account: 'wallet', unit: 'CNY', opening: 0, movements: [{ kind: 'wallet.topped-up', amount: 500 }], closing: 500 },
    ]);
    expect(createHash('sha256').update(canonicalJson(body.document)).digest('hex')).toBe(body.digest);
    expect((await owner.call('GET', `/companies/${other.id}/statements/${lastMonth}`)).status).toBe(404);
    expect((await owner.call('GET', `/companies/${company.id}/statements/2026-13`)).status).toBe(422);
    const csv = await owner.call('GET', `/companies/${company.id}/statements/${lastMonth}/csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.body).toMatch(/month,company,job/);
  });

  it('lets finance close a month that is over, once, and says which is not', async () => {
    const company = await world.company();
    const finance = await world.person('finance');
    const owner = await world.person('owner', company);
    expect((await owner.call('POST', `/months/${lastMonth}/closing`)).status).toBe(403);
    const early = await finance.call('POST', `/months/${thisMonth}/closing`);
    expect(early).toMatchObject({ status: 409, body: { code: 'month.not-over' } });
    expect((await finance.call('GET', `/months/${lastMonth}/reconciliation`)).body).toMatchObject({ agrees: true });
    expect((await finance.call('POST', `/months/${lastMonth}/closing`)).status).toBe(201);
    const again = await finance.call('POST', `/months/${lastMonth}/closing`);
    expect(again).toMatchObject({ status: 409, body: { code: 'month.closed' } });
  });
});
