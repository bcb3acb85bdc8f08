import { systemActor } from '#audit';
import { WalletsService } from '#funding';
import { BusinessCalendar, ManualClock, toDate } from '#kernel';
import { accounts, type JournalEntry, LedgerService, transfer } from '#ledger';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

interface Item {
  readonly item: string;
  readonly state: string;
}

describe('closing a month over HTTP (T3)', () => {
  const calendar = new BusinessCalendar();
  const clock = new ManualClock(new Date('2026-10-10T01:00:00Z'));
  let environment: ApiTestEnvironment;
  let qian: Call, sun: Call, owner: Call;
  let companyId: string;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({}, clock);
    const company = await environment.company();
    companyId = company.id;
    ({ call: qian } = await environment.person('finance'));
    ({ call: owner } = await environment.person('owner', company));
    await environment.database.transactions.run(async (tx) => {
      const wallets = environment.app.get(WalletsService, { strict: false });
      await wallets.open(tx, [companyId]);
      const topUp = { tenantId: companyId, amount: 50_000n, reference: 'first', key: 'first' };
      await wallets.topUp(tx, systemActor('test'), topUp, calendar.startOf('2026-10') + 60);
    });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const statesOf = async (month: string): Promise<Record<string, string>> => {
    const { items } = (await qian('GET', `/months/${month}/checklist`)).body as { items: Item[] };
    return Object.fromEntries(items.map(({ item, state }) => [item, state]));
  };
  const request = async (call: Call, month: string, reason?: string) =>
    await call('POST', `/months/${month}/closing`, reason === undefined ? {} : { reason });
  const pass = (month: string) => {
    clock.moveTo(toDate(calendar.endOf(month) + 3_600));
  };

  it('is for finance, for a month that is over, known and next in order; each refusal is a sentence', async () => {
    expect((await request(owner, '2026-10')).status).toBe(403);
    expect((await owner('GET', '/months/2026-10/checklist')).status).toBe(403);
    expect((await request(qian, '2026-13')).status).toBe(422);
    expect(await request(qian, '2026-10')).toMatchObject({ status: 409, body: { code: 'month.not-over', detail: '2026-10 is not over.' } });
    expect(await statesOf('2026-10')).toMatchObject({
      'month-over': 'blocking',
      'month-before': 'met',
      usage: 'met',
      reconciliation: 'met',
    });
    pass('2026-11');
    const early = await request(qian, '2026-11');
    expect(early).toMatchObject({ status: 409, body: { code: 'month.out-of-order', detail: '2026-10 is still open.' } });
    expect(await statesOf('2026-11')).toMatchObject({ 'month-over': 'met', 'month-before': 'blocking' });
    expect(await request(qian, '2019-01')).toMatchObject({
      status: 409,
      body: { code: 'month.out-of-order', detail: 'No entry takes effect in 2019-01 or before it.' },
    });
    // Nobody else could confirm it.
    expect((await request(qian, '2026-10')).body).toMatchObject({ code: 'decision.nobody-else' });
    ({ call: sun } = await environment.person('finance'));
  });

  it('takes two people: whoever requested it does not confirm it, and of two at once one closes it', async () => {
    const requests = await Promise.all([request(qian, '2026-10'), request(sun, '2026-10')]);
    expect(requests.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(requests.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'decision.pending' });
    const [first, other] = requests[0].status === 201 ? [qian, sun] : [sun, qian];
    const { decision } = requests.find(({ status }) => status === 201)?.body as { decision: { id: string; summary: string } };
    expect(decision.summary).toBe('2026-10 is closed.');
    expect((await qian('GET', '/months/2026-10/checklist')).body).toMatchObject({ ready: true, decision: { id: decision.id } });
    const listed = (await qian('GET', '/months')).body as { items: object[] };
    expect(listed.items.at(-1)).toMatchObject({ month: '2026-10', state: 'closing', decision: { id: decision.id } });
    const own = await first('POST', `/decisions/${decision.id}/confirmation`, {});
    expect(own).toMatchObject({ status: 403, body: { code: 'decision.same-person' } });
    expect((await qian('GET', '/months/2026-10/record')).status).toBe(404);
    const { call: zhou } = await environment.person('finance');
    const confirmed = await Promise.all([other, zhou].map((call) => call('POST', `/decisions/${decision.id}/confirmation`, {})));
    expect(confirmed.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(confirmed.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'decision.over' });
    const { record } = (await qian('GET', '/months/2026-10/record')).body as {
      record: { closedBy: { id: string }; requestedBy: { id: string } };
    };
    expect(record.requestedBy.id).not.toBe(record.closedBy.id);
    expect((await qian('GET', '/months')).body).toMatchObject({
      items: [
        { month: '2026-12', state: 'running', closedAt: null },
        { month: '2026-11', state: 'open', closedAt: null },
        { month: '2026-10', state: 'closed', closing: { statementCount: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
      ],
    });
    const ofCompany = (await owner('GET', '/months')).body as { items: object[] };
    expect(ofCompany.items.at(-1)).toEqual({ month: '2026-10', state: 'closed', closedAt: expect.any(String) as string });
  });

  it('cannot be undone, and says what to do instead', async () => {
    for (const answer of [await request(qian, '2026-10'), await qian('DELETE', '/months/2026-10/closing')]) {
      expect(answer).toMatchObject({
        status: 409,
        body: { remedy: expect.stringMatching(/not opened again.*open month.*2026-10/) as string },
      });
    }
    expect((await qian('DELETE', '/months/2026-10/closing')).body).toMatchObject({
      ...{ code: 'month.no-reopening', detail: '2026-10 stays closed: its statements were issued.' },
    });
    expect((await qian('DELETE', '/months/2026-11/closing')).body).toMatchObject({
      ...{ code: 'month.no-reopening', detail: '2026-11 is not closed.' },
    });
    expect((await owner('DELETE', '/months/2026-10/closing')).status).toBe(403);
  });

  it('is refused late entries by the database, to the application and to the owner of the schema', async () => {
    const at = calendar.endOf('2026-10') - 5;
    const entry: JournalEntry = {
      ...{ key: 'late', kind: 'wallet.topped-up', effectiveAt: at },
      postings: transfer({ from: accounts.external, to: accounts.walletAvailable(companyId), unit: 'CNY', amount: 5n }),
    };
    const { transactions, owner: schemaOwner } = environment.database;
    const ledger = environment.app.get(LedgerService, { strict: false });
    const refused = { code: 'ledger.period-closed' };
    await expect(transactions.run((tx) => ledger.post(tx, [entry]))).rejects.toMatchObject(refused);
    await expect(schemaOwner.transaction((tx) => ledger.post(tx, [entry]))).rejects.toMatchObject(refused);
    await expect(schemaOwner.query(`DELETE FROM ledger_closed_period`)).rejects.toMatchObject({ driverError: { code: 'SL009' } });
    for (const sql of [
      `DELETE FROM ledger_closed_period`,
      `UPDATE statement SET digest = ''`,
      `DELETE FROM closed_month`,
      `DELETE FROM month_record`,
    ]) {
      await expect(environment.database.dataSource.query(sql)).rejects.toThrow(/permission denied/);
    }
  });

  it('asks for a reason where the checklist asks for attention, and again where more has come up since', async () => {
    const silent = await request(qian, '2026-11');
    expect(silent.status).toBe(201);
    const requested = (silent.body as { decision: { id: string } }).decision.id;
    await environment.database.owner.query(
      `INSERT INTO pending_decision (id, kind, subject, tenant_id, payload, summary, reason, proposed_by, proposed_at, expires_at, state)
       VALUES ('decision_1', 'refund-reversal', 'incident_1', $1, '{}', 'The refund of ¥10.00 is reversed.', 'another node',
               '{"id":"user_1","name":"吴"}', to_timestamp($2), to_timestamp($2 + 90 * 86400), 'pending')`,
      [companyId, calendar.startOf('2026-12')],
    );
    expect(await statesOf('2026-11')).toMatchObject({ decisions: 'attention' });
    const changed = await sun('POST', `/decisions/${requested}/confirmation`, {});
    expect(changed).toMatchObject({ status: 409, body: { code: 'month.checklist-changed' } });
    expect((await sun('POST', `/decisions/${requested}/rejection`, { comment: '先看决定' })).status).toBe(200);
    expect(await request(qian, '2026-11')).toMatchObject({ status: 409, body: { code: 'month.attention' } });
    const withReason = await request(qian, '2026-11', '冲销计入十二月');
    expect(withReason.body).toMatchObject({
      decision: { reason: '冲销计入十二月', summary: expect.stringContaining('1 decisions') as string },
    });
    const { decision } = withReason.body as { decision: { id: string } };
    expect((await sun('POST', `/decisions/${decision.id}/confirmation`, {})).status).toBe(200);
    expect((await qian('GET', '/months/2026-11/record')).body).toMatchObject({ record: { previous: { month: '2026-10' } } });
  });
});
