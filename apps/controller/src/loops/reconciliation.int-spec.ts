import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { ManualClock, toDate } from '#kernel';
import { recordPodReports } from '#metering';
import { MailDelivery, MailServer } from '#notifications/testing';
import { ReconciliationRunsService, type ReconciliationService } from '#statements';
import { statementsOf } from '#statements/testing';

const DAY = 86_400;

describe('nightly reconciliation', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let clock: ManualClock;
  let runs: ReconciliationRunsService;
  let reconciliation: ReconciliationService;
  let mail: MailServer;
  let delivery: MailDelivery;

  beforeAll(async () => {
    database = await TestDatabase.create();
    clock = new ManualClock(toDate(1_793_000_000));
    environment = await FundedTestEnvironment.create(database.transactions, clock);
    const services = statementsOf(environment, clock);
    reconciliation = services.reconciliation;
    runs = new ReconciliationRunsService(services.monthEnd, environment.calendar, clock);
    mail = await MailServer.start();
    delivery = await MailDelivery.start(
      database.url,
      { publicUrl: 'http://localhost', smtpUrl: mail.url, mailFrom: 'park@example.com' },
      clock,
    );
    for (const role of ['finance', 'operator', 'reviewer']) {
      await database.owner.query(
        `INSERT INTO app_user (id, email, name, status, email_proven_by, email_proven_at, created_at, updated_at)
         VALUES ($1, $2, $3, 'active', 'operator', now(), now(), now())`,
        [`user_${role}`, `${role}@example.com`, role],
      );
      await database.owner.query(`INSERT INTO user_role (user_id, role) VALUES ($1, $2)`, [`user_${role}`, role]);
    }
  });
  afterAll(async () => {
    await delivery.stop();
    await mail.stop();
    await database.drop();
  });

  const night = async () => {
    const told: string[] = [];
    for (const month of await runs.due(database.transactions.reader)) {
      const found = await database.transactions.snapshot((tx) => reconciliation.ofMonth(tx, month));
      const fresh = await database.transactions.run((tx) => runs.record(tx, month, found));
      told.push(...fresh.map(({ code }) => `${month} ${code}`));
    }
    await delivery.deliver();
    return told;
  };

  it('runs once a night, keeps what it found, and tells finance and operators of a difference when it is first found', async () => {
    expect(await runs.due(database.transactions.reader)).toEqual([]);
    const tenantId = await environment.company(1_000_000n);
    const [jobId, admissionId, podUid, start] = ['job_1', 'job_1/1', 'pod-1', environment.start];
    await database.transactions.run(async (tx) => {
      const request = { id: admissionId, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await environment.funding.open(tx, request, { gpus: 0n, seconds: 0n }, start);
      await recordPodReports(tx, [{ podUid, admissionId, gpus: 8, startedAt: start, endedAt: start + 100, lost: false }], start + 100);
      const reading = { at: start + 100, gpuSeconds: 0n };
      const report = { admissionId, tenantId, readings: [reading], holdTarget: { gpus: 0n, seconds: 0n }, final: true };
      await environment.funding.meter(tx, [report], start + 100);
    });
    clock.moveTo(toDate(start + DAY));
    expect(await night()).toEqual(['2026-10 not-metered']);
    expect(mail.messages.map(({ to }) => to).sort()).toEqual(['finance@example.com', 'operator@example.com']);
    expect(mail.messages[0]?.text).toContain('The cluster reports 800 GPU-seconds of the pod pod-1, and the meter has none of them.');
    expect(await night()).toEqual([]);
    const { runs: kept, differences } = await runs.nightly(database.transactions.reader);
    expect(kept).toMatchObject([{ month: '2026-10', differenceCount: 1, clusterGpuSeconds: 800n, meteredGpuSeconds: 0n }]);
    expect(differences).toMatchObject([{ code: 'not-metered', jobId, podUid, expected: 800n, found: 0n }]);
  });

  it('tells nothing anew of what stays, closes what is mended, and tells of it when it comes back', async () => {
    clock.advance(DAY * 1000);
    expect(await night()).toEqual([]);
    expect(mail.messages).toHaveLength(2);
    await database.owner.query(`UPDATE pod_record SET ended_at = started_at`);
    clock.advance(DAY * 1000);
    expect(await night()).toEqual([]);
    expect((await runs.summary(database.transactions.reader)).open).toBe(0n);
    await database.owner.query(`UPDATE pod_record SET ended_at = started_at + interval '100 seconds'`);
    clock.advance(DAY * 1000);
    expect(await night()).toEqual(['2026-10 not-metered']);
    expect(mail.messages).toHaveLength(4);
  });
});
