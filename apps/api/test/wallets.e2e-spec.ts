import type { Company } from '#tenancy';
import { type Answer, ApiTestEnvironment, type Call } from './api-test-environment.ts';

interface Transfer {
  readonly id: string;
  readonly companyId: string;
}

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n';
const OCTETS = { 'content-type': 'application/octet-stream' };

describe('wallets over HTTP', () => {
  let environment: ApiTestEnvironment;
  let company: Company;
  let owner: Call, finance: Call, colleague: Call, auditor: Call, stranger: Call;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    company = await environment.company();
    owner = (await environment.person('owner', company)).call;
    finance = (await environment.person('finance')).call;
    colleague = (await environment.person('finance')).call;
    auditor = (await environment.person('auditor')).call;
    stranger = (await environment.person('owner', await environment.company('他人科技'))).call;
  });
  afterAll(async () => {
    await environment.stop();
  });

  const bank = (amountFen: number, reference: string) => ({ amountFen, reference, paidOn: '2026-01-05' });
  const record = (call: Call, body: object, key: string, id = company.id) =>
    call('POST', `/companies/${id}/transfers`, body, { 'idempotency-key': key });
  const transferOf = (answer: Answer) => answer.body as Transfer;
  const prove = (call: Call, { companyId, id }: Transfer, content = PDF) =>
    call('PUT', `/companies/${companyId}/transfers/${id}/proof?fileName=${encodeURIComponent('../回单.pdf')}`, content, OCTETS);
  const decide = (call: Call, { companyId, id }: Transfer, what: 'confirmation' | 'rejection', body: object = {}) =>
    call('POST', `/companies/${companyId}/transfers/${id}/${what}`, body);
  const available = async (id: string) =>
    ((await finance('GET', `/companies/${id}/balance`)).body as { wallet: { availableFen: number } }).wallet.availableFen;

  it('shows a company that never had money an empty wallet', async () => {
    const balance = await owner('GET', `/companies/${company.id}/balance`);
    const wallet = { availableFen: 0, heldFen: 0, runway: { consumptionPerDayFen: 0, daysLeft: null } };
    expect([balance.status, balance.body]).toEqual([200, { wallet, grants: [], caps: [], concurrency: [] }]);
    expect((await owner('GET', `/companies/${company.id}/wallet/entries`)).body).toEqual({ items: [] });
  });

  it('credits a transfer once another person of finance confirms it, with the proof of the bank, and leaves all of it on the trail', async () => {
    const recorded = await record(finance, bank(500_000, '工行 2026-11-24 0071'), 'a');
    expect(recorded).toMatchObject({ status: 201, body: { state: 'pending', direction: 'in', proof: null, entryId: null } });
    expect((await record(finance, bank(500_000, '工行 2026-11-24 0071'), 'a')).body).toEqual(recorded.body);
    expect((await record(finance, bank(1, '工行 2026-11-24 0071'), 'a')).status).toBe(422);
    const transfer = transferOf(recorded);
    expect(await available(company.id)).toBe(0);
    expect(await decide(colleague, transfer, 'confirmation')).toMatchObject({ status: 409, body: { code: 'wallet.proof-missing' } });
    expect(await prove(finance, transfer, 'a note')).toMatchObject({ status: 422, body: { code: 'wallet.proof-type' } });
    expect(await prove(finance, transfer)).toMatchObject({
      status: 200,
      body: { proof: { fileName: '回单.pdf', mediaType: 'application/pdf' } },
    });
    expect(await decide(finance, transfer, 'confirmation')).toMatchObject({ status: 403, body: { code: 'decision.same-person' } });
    const pending = (await colleague('GET', '/transfers?state=pending')).body as { items: Transfer[] };
    expect(pending.items.map(({ id }) => id)).toEqual([transfer.id]);
    expect(await decide(colleague, transfer, 'confirmation')).toMatchObject({ status: 200, body: { state: 'confirmed' } });
    expect(await decide(colleague, transfer, 'confirmation')).toMatchObject({ status: 409, body: { code: 'wallet.transfer-decided' } });
    expect(await prove(finance, transfer)).toMatchObject({ status: 409, body: { code: 'wallet.transfer-decided' } });
    expect(await available(company.id)).toBe(500_000);
    const { items } = (await owner('GET', `/companies/${company.id}/wallet/entries`)).body as { items: object[] };
    expect(items).toMatchObject([{ kind: 'wallet.topped-up', amount: 500_000, balance: 500_000, reason: '工行 2026-11-24 0071' }]);
    expect((await owner('GET', `/companies/${company.id}/transfers`)).body).toMatchObject({
      items: [{ id: transfer.id, state: 'confirmed' }],
    });
    expect((await owner('GET', `/companies/${company.id}/transfers/${transfer.id}/proof`)).status).toBe(403);
    const trail = (await auditor('GET', `/audit/events?objectId=${company.id}`)).body as { items: { action: string }[] };
    expect(trail.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['transfer.recorded', 'transfer.proof-added', 'wallet.topped-up', 'transfer.confirmed']),
    );
  });

  it('refuses a bank reference that counts already, however it is written; a rejected one may be recorded again', async () => {
    const other = await environment.company('另一家');
    const again = await record(finance, bank(500_000, ' 工行2026-11-24 ００７１'), 'b', other.id);
    expect(again).toMatchObject({ status: 409, body: { code: 'wallet.reference-used', errors: [{ pointer: '/reference' }] } });
    expect((again.body as { detail: string }).detail).toContain(company.id);
    const wrong = transferOf(await record(finance, bank(70, '建行 8'), 'c', other.id));
    expect(await decide(finance, wrong, 'rejection', { reason: '金额不符' })).toMatchObject({ status: 403 });
    expect(await decide(colleague, wrong, 'rejection', { reason: '金额不符' })).toMatchObject({
      status: 200,
      body: { state: 'rejected', comment: '金额不符', entryId: null },
    });
    expect((await record(finance, bank(700, '建行 8'), 'd', other.id)).status).toBe(201);
    expect(await available(other.id)).toBe(0);
  });

  it('takes a transfer back by a correcting entry of two people, no more than is there', async () => {
    const other = await environment.company('再一家');
    const transfer = transferOf(await record(finance, bank(700, '建行 9'), 'e', other.id));
    const reversal = `/companies/${other.id}/transfers/${transfer.id}/reversal`;
    expect(await finance('POST', reversal, { reason: '记错公司' })).toMatchObject({
      status: 409,
      body: { code: 'wallet.transfer-not-confirmed' },
    });
    await prove(finance, transfer);
    await decide(colleague, transfer, 'confirmation');
    const proposed = await finance('POST', reversal, { reason: '记错公司' });
    expect(proposed).toMatchObject({ status: 201, body: { state: 'pending', companyId: other.id } });
    const confirmation = `/decisions/${(proposed.body as { id: string }).id}/confirmation`;
    expect(await finance('POST', confirmation, {})).toMatchObject({ status: 403, body: { code: 'decision.same-person' } });
    expect((await colleague('POST', confirmation, {})).body).toMatchObject({ state: 'confirmed' });
    expect(await available(other.id)).toBe(0);
    const { items } = (await finance('GET', `/companies/${other.id}/wallet/entries`)).body as { items: object[] };
    expect(items).toMatchObject([{ amount: 700 }, { kind: 'adjustment', amount: -700, reason: '记错公司' }]);
    expect(await finance('POST', reversal, { reason: '再来' })).toMatchObject({ status: 409, body: { code: 'wallet.transfer-reversed' } });
    // The transfer can now be recorded for whom it was meant.
    expect((await record(finance, bank(700, '建行 9'), 'meant')).status).toBe(201);
  });

  it('takes a part of a transfer back, and then what is left of it, never more than it was', async () => {
    const other = await environment.company('多记一家');
    const transfer = transferOf(await record(finance, bank(1_000, '建行 20'), 'part', other.id));
    await prove(finance, transfer);
    await decide(colleague, transfer, 'confirmation');
    const reverse = (amountFen?: number) =>
      finance('POST', `/companies/${other.id}/transfers/${transfer.id}/reversal`, {
        reason: '多记',
        ...(amountFen !== undefined && { amountFen }),
      });
    const confirm = async (decision: unknown) => {
      expect((await colleague('POST', `/decisions/${(decision as { id: string }).id}/confirmation`, {})).status).toBe(200);
      return (await finance('GET', `/companies/${other.id}/transfers`)).body as { items: object[] };
    };
    expect(await reverse(0)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/amountFen' }] } });
    expect(await reverse(1_001)).toMatchObject({
      ...{ status: 409, body: { code: 'wallet.reversal-amount', remedy: 'Give an amount above zero and of at most ¥10.00.' } },
    });
    const first = await reverse(300);
    expect(first.body).toMatchObject({ summary: 'A part of ¥3.00 of the bank transfer 建行 20 of ¥10.00 is reversed.' });
    expect(await reverse(300)).toMatchObject({ status: 409, body: { code: 'decision.pending' } });
    expect((await confirm(first.body)).items).toMatchObject([{ state: 'confirmed', reversedFen: 300, reversedAt: null }]);
    expect(await available(other.id)).toBe(700);
    // The reference still counts: the rest of the transfer is posted.
    expect(await record(finance, bank(1, '建行 20'), 'again')).toMatchObject({ status: 409, body: { code: 'wallet.reference-used' } });
    expect(await reverse(701)).toMatchObject({
      body: { code: 'wallet.reversal-amount', detail: expect.stringContaining('¥3.00 were reversed before') as string },
    });
    const rest = await reverse();
    expect((rest.body as { summary: string }).summary).toContain('A part of ¥7.00');
    expect((await confirm(rest.body)).items).toMatchObject([{ reversedFen: 1_000, reversedAt: expect.any(String) as string }]);
    expect(await available(other.id)).toBe(0);
    const { items } = (await finance('GET', `/companies/${other.id}/wallet/entries`)).body as { items: object[] };
    expect(items).toMatchObject([
      { amount: 1_000 },
      { kind: 'adjustment', amount: -300, reason: '多记' },
      { kind: 'adjustment', amount: -700 },
    ]);
    const latest = `/companies/${other.id}/wallet/entries?order=latest&limit=2`;
    const newest = (await finance('GET', latest)).body as { items: object[]; nextCursor: string };
    const oldest = (await finance('GET', `${latest}&cursor=${newest.nextCursor}`)).body as { items: object[] };
    expect([...newest.items, ...oldest.items]).toEqual(items.toReversed());
    expect(oldest).not.toHaveProperty('nextCursor');
    expect((await finance('GET', `/companies/${other.id}/wallet/entries?order=newest`)).status).toBe(422);
    expect(await reverse(1)).toMatchObject({ status: 409, body: { code: 'wallet.transfer-reversed' } });
  });

  it('reverses whole transfers for a process of the release before, and none of which a part was reversed', async () => {
    const other = await environment.company('旧版一家');
    const asBefore = (id: string) =>
      environment.database.dataSource.query(`UPDATE bank_transfer SET reversed_at = now() WHERE id = $1 RETURNING reversed_fen`, [id]);
    const confirmed = async (reference: string) => {
      const transfer = transferOf(await record(finance, bank(500, reference), `before-${reference.slice(-2)}`, other.id));
      await prove(finance, transfer);
      await decide(colleague, transfer, 'confirmation');
      return transfer;
    };
    const [whole, part] = [await confirmed('建行 21'), await confirmed('建行 22')];
    expect(await asBefore(whole.id)).toEqual([[{ reversed_fen: 500n }], 1]);
    const proposed = await finance('POST', `/companies/${other.id}/transfers/${part.id}/reversal`, { reason: '多记', amountFen: 100 });
    await colleague('POST', `/decisions/${(proposed.body as { id: string }).id}/confirmation`, {});
    await expect(asBefore(part.id)).rejects.toThrow('a part of the bank transfer');
  });

  it('pays the wallet of a company out when it leaves, by two people, and never more than it has', async () => {
    const leaving = await environment.company('毕业企业');
    const transfer = transferOf(await record(finance, bank(1_000, '建行 10'), 'f', leaving.id));
    await prove(finance, transfer);
    await decide(colleague, transfer, 'confirmation');
    const refund = (amountFen: number) =>
      finance('POST', `/companies/${leaving.id}/refunds`, { ...bank(amountFen, `退款 ${amountFen}`), reason: '企业毕业' });
    expect(await refund(1_000)).toMatchObject({ status: 409, body: { code: 'wallet.not-leaving' } });
    await environment.database.owner.query(`UPDATE company SET status = 'graduated' WHERE id = $1`, [leaving.id]);
    expect(await refund(1_001)).toMatchObject({ status: 409, body: { code: 'wallet.refund-overdraft' } });
    const [paid, second] = [transferOf(await refund(900)), transferOf(await refund(200))];
    await prove(finance, paid);
    await prove(finance, second);
    expect(await decide(colleague, paid, 'confirmation')).toMatchObject({ status: 200, body: { direction: 'out', state: 'confirmed' } });
    expect(await decide(colleague, second, 'confirmation')).toMatchObject({ status: 409, body: { code: 'wallet.refund-overdraft' } });
    expect(await available(leaving.id)).toBe(100);
    const month = new Date().toISOString().slice(0, 7);
    const { document } = (await finance('GET', `/companies/${leaving.id}/statements/${month}`)).body as {
      document: { accounts: { movements: object[] }[] };
    };
    expect(document.accounts[0]?.movements).toContainEqual({ kind: 'wallet.refunded', amount: -900 });
    const file = await finance('GET', `/companies/${leaving.id}/statements/${month}/file?format=csv&lang=zh`);
    expect(file.status).toBe(200);
  });

  it('lets nobody of finance record or confirm money for a company they belong to', async () => {
    const insider = await environment.person('finance');
    const transfer = transferOf(await record(finance, bank(1, '建行 11'), 'g'));
    await prove(finance, transfer);
    await environment.database.owner.query(`INSERT INTO member (company_id, user_id, role, since) VALUES ($1, $2, 'engineer', now())`, [
      company.id,
      insider.id,
    ]);
    const conflict = { status: 403, body: { code: 'access.conflict-of-interest' } };
    expect(await record(insider.call, bank(1, '自己'), 'own')).toMatchObject(conflict);
    expect(await decide(insider.call, transfer, 'confirmation')).toMatchObject(conflict);
    expect(await prove(insider.call, transfer)).toMatchObject(conflict);
  });

  it('refuses amounts that are none, days that have not come, people who are not finance, and companies that are not one’s own', async () => {
    const none = await record(finance, bank(0, 'x'), 'h');
    expect([none.status, (none.body as { errors: { pointer: string }[] }).errors[0]?.pointer]).toEqual([422, '/amountFen']);
    expect(await record(finance, { ...bank(1, 'x'), paidOn: '2999-01-01' }, 'i')).toMatchObject({
      status: 422,
      body: { code: 'wallet.paid-later' },
    });
    expect((await record(owner, bank(1, 'x'), 'j')).status).toBe(403);
    expect((await record(finance, bank(1, 'x'), 'k', 'company_01jaaaaaaaaaaaaaaaaaaaaaaa')).status).toBe(404);
    for (const path of ['balance', 'wallet/entries', 'transfers']) {
      expect([path, (await stranger('GET', `/companies/${company.id}/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await owner('GET', '/transfers')).status).toBe(403);
  });
});
