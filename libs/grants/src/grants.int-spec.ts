import { TestDatabase } from '#database/testing';
import { BusinessCalendar, type DomainError, type Instant, toDate } from '#kernel';
import { accounts, transfer } from '#ledger';
import { GrantsTestEnvironment, lin } from './testing/index.ts';

const DAY = 86_400;

describe('grants', () => {
  let database: TestDatabase;
  let environment: GrantsTestEnvironment;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await new GrantsTestEnvironment(database.transactions).addClass();
  });
  afterAll(async () => {
    await database.drop();
  });
  const run: TestDatabase['transactions']['run'] = (work) => database.transactions.run(work);
  /** What lapsed of the grants `of` this story: others' may be due as well. */
  const lapse = async (at: Instant, ...of: string[]) =>
    (await run((tx) => environment.lapses.lapseDue(tx, at))).filter(({ grantId }) => of.includes(grantId));

  it('never exceed the budget, also when they are opened and increased at once (L4)', async () => {
    const programme = await environment.programme(5_000n);
    const companies = await Promise.all(Array.from({ length: 6 }, () => environment.company()));
    const first = await environment.grant(programme.id, companies[0]!, 500n);
    const outcomes = await Promise.allSettled([
      ...companies.map((tenantId) => environment.grant(programme.id, tenantId, 1_000n)),
      ...Array.from({ length: 6 }, () => run((tx) => environment.grants.amend(tx, lin, first, { addAmount: 1_000n }, environment.start))),
    ]);
    const won = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(won).toBe(4);
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(500n);
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as DomainError).code] : []));
    expect(new Set(codes)).toEqual(new Set(['programme.budget-exceeded']));
  });

  it('lapse on the instant of their end, and what comes back later on the instant it is found (F8)', async () => {
    const programme = await environment.programme(1_000n);
    const tenantId = await environment.company();
    const id = await environment.grant(programme.id, tenantId, 1_000n, 1);
    const end = environment.start + DAY;
    const move = (from: 'Available' | 'Held', amount: bigint, key: string, at: Instant) => {
      const [available, held] = [accounts.grantAvailable(id), accounts.grantHeld(id)];
      const postings = transfer({
        ...(from === 'Held' ? { from: held, to: available } : { from: available, to: held }),
        unit: 'CNY',
        amount,
      });
      const kind = from === 'Held' ? 'hold.released' : 'hold.placed';
      return run((tx) => environment.ledger.post(tx, [{ key: `${id}/${key}`, kind, effectiveAt: at, tenantId, postings }]));
    };
    await move('Available', 300n, 'hold', environment.start);
    expect(await lapse(end - 1, id)).toEqual([]);
    expect(await lapse(end + 5, id)).toEqual([{ grantId: id, amount: 700n }]);
    expect(await lapse(end + 6, id)).toEqual([]);
    await move('Held', 300n, 'release', end + 100);
    expect(await lapse(end + 120, id)).toEqual([{ grantId: id, amount: 300n }]);
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(1_000n);
    const grant = await environment.grants.get(database.transactions.reader, id);
    const { items } = await environment.sheets.entries(database.transactions.reader, grant, 'available', { limit: 50 });
    const lapsed = items.filter(({ kind }) => kind === 'grant.lapsed');
    expect(lapsed.map(({ effectiveAt, amount, balance }) => [effectiveAt, amount, balance])).toEqual([
      [end, -700n, 0n],
      [end + 120, -300n, 0n],
    ]);
  });

  it('lapse later by an entry of that moment when all was held at the end', async () => {
    const programme = await environment.programme(1_000n);
    const tenantId = await environment.company();
    const id = await environment.grant(programme.id, tenantId, 1_000n, 1);
    const [available, held] = [accounts.grantAvailable(id), accounts.grantHeld(id)];
    const post = (key: string, from: typeof held, to: typeof held, at: Instant) =>
      run((tx) => {
        const postings = transfer({ from, to, unit: 'CNY', amount: 1_000n });
        return environment.ledger.post(tx, [{ key: `${id}/${key}`, kind: 'hold.placed', effectiveAt: at, tenantId, postings }]);
      });
    await post('hold', available, held, environment.start);
    expect(await lapse(environment.start + DAY, id)).toEqual([]);
    await post('release', held, available, environment.start + 40 * DAY);
    expect(await lapse(environment.start + 40 * DAY, id)).toEqual([{ grantId: id, amount: 1_000n }]);
    const grant = await environment.grants.get(database.transactions.reader, id);
    const { items } = await environment.sheets.entries(database.transactions.reader, grant, 'available', { limit: 50 });
    expect(items.at(-1)).toMatchObject({ kind: 'grant.lapsed', effectiveAt: environment.start + 40 * DAY });
  });

  it('carry over once, by their own length, where the programme allows, and then lapse', async () => {
    const programme = await environment.programme(1_000n, { carryOver: true });
    const id = await environment.grant(programme.id, await environment.company(), 1_000n, 10);
    expect(await lapse(environment.start + 10 * DAY, id)).toEqual([]);
    const carried = await environment.grants.get(database.transactions.reader, id);
    expect(carried).toMatchObject({ carriedOver: true, validUntil: toDate(environment.start + 20 * DAY) });
    expect(await environment.balance(accounts.grantAvailable(id))).toBe(1_000n);
    expect(await lapse(environment.start + 20 * DAY, id)).toEqual([{ grantId: id, amount: 1_000n }]);
    const { events } = await environment.sheets.sheet(database.transactions.reader, carried, environment.start);
    expect(events.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['opened', 1_000n],
      ['carried-over', 1_000n],
      ['lapsed', 1_000n],
    ]);
  });

  it('end with the graduation of their company, carry-over or not', async () => {
    const programme = await environment.programme(1_000n, { carryOver: true });
    const tenantId = await environment.company();
    const id = await environment.grant(programme.id, tenantId, 1_000n, 300);
    environment.clock.moveTo(toDate(environment.start + 5 * DAY));
    await run((tx) => environment.companies.setStatus(tx, lin, tenantId, { status: 'graduated', reason: '毕业' }, 1));
    expect(await lapse(environment.start + 6 * DAY, id)).toEqual([{ grantId: id, amount: 1_000n }]);
    expect((await environment.grants.get(database.transactions.reader, id)).validUntil).toEqual(toDate(environment.start + 5 * DAY));
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(1_000n);
  });

  it('give back at most what is available (F9), and freeze no more than once', async () => {
    const programme = await environment.programme(1_000n);
    const tenantId = await environment.company();
    const id = await environment.grant(programme.id, tenantId, 1_000n);
    const claw = (amount: bigint) => run((tx) => environment.grants.clawBack(tx, lin, id, amount, '闲置', environment.start));
    expect([await claw(400n), await claw(5_000n), await claw(1n)]).toEqual([400n, 600n, 0n]);
    await run((tx) => environment.grants.freeze(tx, lin, id, '核查', environment.start));
    const twice = await run((tx) => environment.grants.freeze(tx, lin, id, '核查', environment.start));
    expect(twice.frozen).toBe(true);
    const { events, promised, spent } = await environment.sheets.sheet(database.transactions.reader, twice, environment.start);
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'clawed-back', 'clawed-back', 'clawed-back', 'frozen']);
    expect([promised, spent]).toEqual([1_000n, 0n]);
  });

  it('show what was paid, in all and by job', async () => {
    const programme = await environment.programme(10_000n);
    const tenantId = await environment.company();
    const id = await environment.grant(programme.id, tenantId, 1_000n, 90);
    await run(async (tx) => {
      await environment.ledger.openAccounts(tx, [{ code: accounts.usage('h800'), unit: 'CNY' }]);
      const postings = transfer({
        from: accounts.grantAvailable(id),
        to: accounts.usage('h800'),
        unit: 'CNY',
        amount: 280n,
        gpuSeconds: 60n,
      });
      const effectiveAt = environment.start + 10 * DAY;
      await environment.ledger.post(tx, [{ key: `${id}/usage`, kind: 'usage.metered', effectiveAt, tenantId, jobId: 'job_x', postings }]);
    });
    const at = environment.start + 12 * DAY;
    const grant = await environment.grants.get(database.transactions.reader, id);
    const sheet = await environment.sheets.sheet(database.transactions.reader, grant, at);
    expect(sheet).toMatchObject({ available: 720n, held: 0n, promised: 1_000n, spent: 280n });
    expect(await environment.sheets.jobs(database.transactions.reader, grant)).toMatchObject([
      { jobId: 'job_x', amount: 280n, gpuSeconds: 60n },
    ]);
  });

  it('rest on a budget that comes in steps, each once', async () => {
    const programme = await environment.programme(1_000n);
    const step = (amount: bigint, key: string) =>
      run((tx) => environment.programmes.appropriate(tx, lin, programme.id, amount, key, environment.start, '徐财〔2026〕7号'));
    await step(500n, 'second');
    await step(500n, 'second');
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(1_500n);
    const steps = await environment.programmes.appropriations(database.transactions.reader, programme.id);
    expect(steps.map(({ amount, reference }) => [amount, reference])).toEqual([
      [1_000n, null],
      [500n, '徐财〔2026〕7号'],
    ]);
    await expect(step(501n, 'second')).rejects.toThrow('ledger.key-reused');
    await expect(step(0n, 'third')).rejects.toThrow('programme.amount-not-positive');
  });

  it('lapse into the open month, and name their own, when it was closed before the loop came (T3)', async () => {
    const programme = await environment.programme(1_000n);
    const id = await environment.grant(programme.id, await environment.company(), 1_000n, 200);
    const calendar = new BusinessCalendar();
    const end = environment.start + 200 * DAY;
    const month = calendar.monthOf(end);
    await run((tx) => environment.ledger.closePeriod(tx, 0, calendar.startOf(month)));
    await run((tx) => environment.ledger.closePeriod(tx, calendar.startOf(month), calendar.endOf(month)));
    const late = calendar.endOf(month) + 60;
    expect(await lapse(late, id)).toEqual([{ grantId: id, amount: 1_000n }]);
    const grant = await environment.grants.get(database.transactions.reader, id);
    const { items } = await environment.sheets.entries(database.transactions.reader, grant, 'available', { limit: 50 });
    expect(items.at(-1)).toMatchObject({ kind: 'grant.lapsed', effectiveAt: late, belongsTo: month, amount: -1_000n });
  });
});
