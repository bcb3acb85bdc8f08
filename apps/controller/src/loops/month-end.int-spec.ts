import { Logger } from '@nestjs/common';
import { type LeaderTerm, Leadership } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { type Instant, ManualClock, toDate } from '#kernel';
import { accounts } from '#ledger';
import type { MonthEndService, StatementDocumentsService } from '#statements';
import { statementsOf } from '#statements/testing';
import { ControllerSettings } from '../controller-settings.ts';
import { MonthEndLoop } from './month-end.loop.ts';

const START = 1_793_000_000;

describe('the loop of the month end (T3)', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let clock: ManualClock;
  let monthEnd: MonthEndService;
  let documents: StatementDocumentsService;
  let services: ReturnType<typeof statementsOf>;
  let term: LeaderTerm;
  let boundary: Instant;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    database = await TestDatabase.create();
    clock = new ManualClock(toDate(START));
    environment = await FundedTestEnvironment.create(database.transactions, clock);
    services = statementsOf(environment, clock);
    ({ monthEnd, documents } = services);
    boundary = environment.calendar.endOf(environment.calendar.monthOf(START));
    const elected = await new Leadership(database.dataSource).tryAcquire('month end');
    if (elected === undefined) throw new Error('nobody else stands for election');
    term = elected;
  });
  afterEach(async () => {
    await term.release();
    await database.drop();
  });

  const loop = (monthCloseAfterDays?: number) => {
    const settings = new ControllerSettings(monthCloseAfterDays === undefined ? {} : { monthCloseAfterDays });
    const { closing, ready } = services;
    const { calendar, lapses } = environment;
    return new MonthEndLoop(database.transactions, monthEnd, closing, ready, lapses, calendar, settings, clock);
  };
  const due = () => monthEnd.due(database.transactions.reader);

  it('closes by itself so many days after the end, with what lapsed in the month, and only once', async () => {
    const tenantId = await environment.company(1_000n);
    const grantId = await environment.grant(tenantId, 5_000n, { until: boundary - 100 });
    const automatic = loop(3);
    await automatic.prepareDue(term);
    clock.moveTo(toDate(boundary + 3 * 86_400 - 1));
    await automatic.prepareDue(term);
    expect(await due()).toEqual(['2026-10']);
    clock.moveTo(toDate(boundary + 3 * 86_400));
    await automatic.prepareDue(term);
    await automatic.prepareDue(term);
    expect(await due()).toEqual([]);
    const { document, closedAt } = await documents.statement(database.transactions.reader, tenantId, '2026-10');
    expect(closedAt).toEqual(clock.now());
    const lapsed = document.accounts.find(({ account }) => account === `grant:${grantId}`);
    expect(lapsed).toMatchObject({ movements: expect.arrayContaining([{ kind: 'grant.lapsed', amount: -5_000 }]) as unknown, closing: 0 });
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(0n);
  });

  it('prepares the month and tells finance once that it can be closed, where people close it', async () => {
    const tenantId = await environment.company(1_000n);
    const grantId = await environment.grant(tenantId, 5_000n, { until: boundary - 100 });
    clock.moveTo(toDate(boundary + 40 * 86_400));
    await loop().prepareDue(term);
    await loop().prepareDue(term);
    expect(await due()).toEqual(['2026-10', '2026-11']);
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(0n);
    const told = await database.owner.query<object[]>(`SELECT key, data FROM outbox_event WHERE topic = 'month-ready'`);
    expect(told).toEqual([{ key: 'month-ready/2026-10', data: { month: '2026-10', attention: [], closedAfterDays: null } }]);
  });

  it('leaves the month to people where its checklist asks for attention, and says so', async () => {
    const tenantId = await environment.company(1_000n);
    await database.owner.query(
      `INSERT INTO pending_decision (id, kind, subject, tenant_id, payload, summary, reason, proposed_by, proposed_at, expires_at, state)
       VALUES ('decision_1', 'top-up-reversal', 'topup_1', $1, '{}', 'The top-up of ¥10.00 is reversed.', 'wrong company',
               '{"id":"user_1","name":"钱"}', to_timestamp($2), to_timestamp($2 + 90 * 86400), 'pending')`,
      [tenantId, boundary],
    );
    clock.moveTo(toDate(boundary + 3_600));
    await loop(0).prepareDue(term);
    expect(await due()).toEqual(['2026-10']);
    const [told] = await database.owner.query<{ data: { attention: string[] } }[]>(
      `SELECT data FROM outbox_event WHERE topic = 'month-ready'`,
    );
    expect(told?.data.attention).toEqual([expect.stringContaining('decision_1 (The top-up of ¥10.00 is reversed.)')]);
    await database.owner.query(
      `UPDATE pending_decision SET state = 'rejected', decided_by = '{"id":"user_2","name":"孙"}', decided_at = to_timestamp($1)`,
      [boundary],
    );
    await loop(0).prepareDue(term);
    expect(await due()).toEqual([]);
  });

  it('waits for usage that is not charged yet, and keeps later months waiting behind it', async () => {
    const tenantId = await environment.company(100_000n);
    const report = { admissionId: 'job_1/1', tenantId, holdTarget: { gpus: 0n, seconds: 0n }, final: true };
    await database.transactions.run(async (tx) => {
      const request = { id: 'job_1/1', jobId: 'job_1', tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await environment.funding.open(tx, request, { gpus: 8n, seconds: 60n }, START);
      await tx.query(
        `INSERT INTO usage_interval (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
         VALUES ('p1', 'job_1/1', 'job_1', $1, 8, to_timestamp($2), to_timestamp($3), to_timestamp($3), 'reported')`,
        [tenantId, START, START + 100],
      );
      await tx.query(
        `INSERT INTO pod_record (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, reported_at, source)
         VALUES ('p1', 'job_1/1', 'job_1', $1, 8, to_timestamp($2), to_timestamp($3), to_timestamp($3), 'cluster')`,
        [tenantId, START, START + 100],
      );
    });
    clock.moveTo(toDate(boundary + 40 * 86_400));
    await loop(0).prepareDue(term);
    expect(await due()).toEqual(['2026-10', '2026-11']);
    await database.transactions.run((tx) =>
      environment.funding.meter(tx, [{ ...report, readings: [{ at: START + 100, gpuSeconds: 800n }] }], boundary + 40 * 86_400),
    );
    await loop(0).prepareDue(term);
    expect(await due()).toEqual([]);
  });
});
