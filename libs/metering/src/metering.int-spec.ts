import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import type { Instant } from '#kernel';
import { accounts } from '#ledger';
import { meteredGpuSeconds, unmeteredAdmissions } from './metered-admissions.queries.ts';
import type { PodReading } from './recorded-pods.queries.ts';
import { MeteringService } from './metering.service.ts';
import { reusedUids } from './reused-uids.queries.ts';

describe('metering', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let metering: MeteringService;
  let start: Instant;
  let count = 0;

  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await FundedTestEnvironment.create(database.transactions);
    metering = new MeteringService(environment.funding, environment.closed, environment.calendar);
    start = environment.start;
  });
  afterAll(async () => {
    await database.drop();
  });

  /** An admitted attempt of 8 GPUs of a company that pays for itself, and what may be seen of its pod. */
  const admitted = async (given: { fenPerGpuHour?: bigint; at?: Instant; tenantId?: string; jobId?: string; attempt?: number } = {}) => {
    count += 1;
    const { fenPerGpuHour = 1_250n, at = start, jobId = `job_${count}`, attempt = 1 } = given;
    const tenantId = given.tenantId ?? (await environment.company(1_000_000n));
    const [admissionId, podUid] = [`${jobId}/${attempt}`, `pod-${count}`];
    const request = { id: admissionId, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour, selfPay: true };
    await database.transactions.run((tx) => environment.funding.open(tx, request, { gpus: 8n, seconds: 60n }, at));
    const reading = (startedAt: Instant, endedAt: Instant | undefined, seenAt: Instant): PodReading => {
      return { podUid, admissionId, gpus: 8, startedAt, endedAt, seenAt };
    };
    return { tenantId, jobId, admissionId, podUid, reading };
  };
  const observe = (...readings: PodReading[]) => database.transactions.run((tx) => metering.observe(tx, readings, start + 100_000_000));
  const tick = (admissionId: string, now: Instant, final = false) =>
    database.transactions.run(async (tx) =>
      metering.tick(tx, await metering.open(tx, [admissionId]), () => ({ holdTarget: { gpus: 0n, seconds: 0n }, final }), now),
    );
  const entriesOf = async (jobId: string) =>
    (await environment.journal.ofJob(database.transactions.reader, jobId)).items.filter(({ kind }) => kind.startsWith('usage.'));
  const secondsIn = (entries: Awaited<ReturnType<typeof entriesOf>>) =>
    entries.map(({ postings }) => postings.reduce((sum, { gpuSeconds = 0n }) => sum + gpuSeconds, 0n) / 8n);
  /** Charged before `boundary`, and from it on. */
  const secondsAround = async (boundary: Instant, jobId: string) => {
    const entries = await entriesOf(jobId);
    const sum = (own: typeof entries) => secondsIn(own).reduce((total, part) => total + part, 0n);
    return [
      sum(entries.filter(({ effectiveAt }) => effectiveAt < boundary)),
      sum(entries.filter(({ effectiveAt }) => effectiveAt >= boundary)),
    ];
  };
  const charged = async (jobId: string) => secondsIn(await entriesOf(jobId)).reduce((sum, seconds) => sum + seconds, 0n);

  it('takes sightings late, out of order and again, and charges the same (M2)', async () => {
    const { jobId, admissionId, reading } = await admitted();
    await observe(reading(start + 10, undefined, start + 20));
    await tick(admissionId, start + 50);
    await observe(reading(start + 10, start + 70, start + 75), reading(start + 10, undefined, start + 60));
    await observe(reading(start + 10, undefined, start + 90));
    await observe(reading(start + 10, start + 70, start + 75));
    await tick(admissionId, start + 100);
    await tick(admissionId, start + 200, true);
    expect(await charged(jobId)).toBe(60n);
  });

  it('charges a grant for no second before it is valid (M5, F8)', async () => {
    const tenantId = await environment.company(1_000_000n);
    const grantId = await environment.grant(tenantId, 8n * 3_600n, { unit: 'GPU_SECONDS', from: start + 100 });
    const { jobId, admissionId, reading } = await admitted({ tenantId });
    await observe(reading(start, undefined, start + 160));
    await tick(admissionId, start + 160);
    const postings = (await entriesOf(jobId)).flatMap((entry) => entry.postings);
    const paidBy = (prefix: string) =>
      postings.filter(({ account }) => account.startsWith(prefix)).reduce((sum, { gpuSeconds = 0n }) => sum + gpuSeconds, 0n);
    expect([paidBy(`wallet:${tenantId}:`), paidBy(`grant:${grantId}:`)]).toEqual([8n * 100n, 8n * 60n]);
  });

  it('ends a vanished pod when it was last seen, and credits what was charged past it (M3, M4)', async () => {
    const { jobId, admissionId, podUid, reading } = await admitted();
    await observe(reading(start, undefined, start + 40));
    await tick(admissionId, start + 100);
    expect(await charged(jobId)).toBe(100n);
    expect(await database.transactions.run((tx) => metering.recordLost(tx, [podUid], start + 130))).toEqual([podUid]);
    await tick(admissionId, start + 160);
    const entries = await entriesOf(jobId);
    const [metered, corrected] = ['usage.metered', 'usage.corrected'].map((wanted) => entries.find(({ kind }) => kind === wanted));
    expect(corrected?.corrects).toBe(metered?.id);
    expect(await charged(jobId)).toBe(40n);
    // The node comes back and tells the end after all, before the admission is over.
    await observe(reading(start, start + 90, start + 300));
    await tick(admissionId, start + 300, true);
    expect(await charged(jobId)).toBe(90n);
  });

  it('takes nothing back when leadership moves to a slower clock, and charges on once that has caught up (M4, M7)', async () => {
    const { jobId, admissionId, reading } = await admitted();
    await observe(reading(start, undefined, start));
    await tick(admissionId, start + 100);
    for (const now of [start + 40, start + 70, start + 100]) {
      await tick(admissionId, now);
      expect(await charged(jobId)).toBe(100n);
    }
    await tick(admissionId, start + 130);
    expect(await charged(jobId)).toBe(130n);
    expect((await entriesOf(jobId)).map(({ kind }) => kind)).toEqual(['usage.metered', 'usage.metered']);
    // A recorded end is another matter: it says what was run.
    await observe(reading(start, start + 90, start + 90));
    await tick(admissionId, start + 95, true);
    expect(await charged(jobId)).toBe(90n);
  });

  it('takes a known UID of another admission for no replay: it is told once, metered for nobody, and a difference of reconciliation (M2)', async () => {
    const [first, second] = [await admitted(), await admitted()];
    await observe(first.reading(start, start + 20, start + 20));
    const again = { ...second.reading(start + 100, start + 120, start + 120), podUid: first.podUid };
    const told = {
      podUid: first.podUid,
      admissionId: second.admissionId,
      jobId: second.jobId,
      tenantId: second.tenantId,
      knownAdmissionId: first.admissionId,
      gpus: 8,
      startedAt: start + 100,
    };
    expect(await observe(again)).toEqual([told]);
    expect(await observe(again, first.reading(start, start + 20, start + 20))).toEqual([]);
    expect(await reusedUids(database.transactions.reader, { from: start, until: start + 1_000 })).toEqual([told]);
    await tick(first.admissionId, start + 130, true);
    await tick(second.admissionId, start + 130, true);
    expect([await charged(first.jobId), await charged(second.jobId)]).toEqual([20n, 0n]);
  });

  it('charges a pod of a silent node no further than it was proven to run, and on when the node is heard again (M3, M4)', async () => {
    const { jobId, admissionId, podUid, reading } = await admitted();
    await observe(reading(start, undefined, start));
    const seen = (at: Instant) => database.transactions.run((tx) => metering.seenRunning(tx, new Map([[podUid, at]])));
    expect(await seen(start + 50)).toEqual([]);
    await tick(admissionId, start + 100);
    const silent = () => database.transactions.run((tx) => metering.nodesSilent(tx, [podUid], start + 110));
    expect(await silent()).toEqual([{ podUid, jobId, lastSeenAt: start + 50 }]);
    expect(await silent()).toEqual([]);
    for (const now of [start + 160, start + 4_000]) {
      await tick(admissionId, now);
      expect(await charged(jobId)).toBe(50n);
    }
    // The same heartbeat again is no news.
    expect(await seen(start + 50)).toEqual([]);
    expect(await seen(start + 4_100)).toEqual([{ podUid, jobId, lastSeenAt: start + 50 }]);
    await tick(admissionId, start + 4_110);
    expect(await charged(jobId)).toBe(4_110n);
  });

  it('lets a month be closed over a pod of a silent node, as far as it was proven to run (T3)', async () => {
    const boundary = environment.calendar.endOf(environment.calendar.monthOf(start));
    const { admissionId, podUid, reading } = await admitted({ at: boundary - 100 });
    await observe(reading(boundary - 100, undefined, boundary - 40));
    await database.transactions.run((tx) => metering.nodesSilent(tx, [podUid], boundary - 30));
    await tick(admissionId, boundary - 20);
    expect(await unmeteredAdmissions(database.transactions.reader, boundary)).not.toContain(admissionId);
    await tick(admissionId, boundary + 500, true);
  });

  it('cuts what a node tells whose clock was set forward meanwhile to what its pod can have run (M1)', async () => {
    const { jobId, admissionId, reading } = await admitted();
    await observe(reading(start + 20, undefined, start + 20));
    await database.transactions.run((tx) => metering.observe(tx, [reading(start + 20, start + 7_300, start + 7_300)], start + 100));
    await tick(admissionId, start + 110, true);
    expect(await charged(jobId)).toBe(160n);
  });

  it('counts for reconciliation what was charged, whatever a node’s clock says and whenever it is asked (M4)', async () => {
    const span = { from: start - 1_000_000, until: start + 1_000_000 };
    const before = await meteredGpuSeconds(database.transactions.reader, span);
    const [holdTarget, running] = [await admitted(), await admitted()];
    await observe(holdTarget.reading(start + 600, start + 700, start + 100), running.reading(start, undefined, start));
    await tick(holdTarget.admissionId, start + 110, true);
    await tick(running.admissionId, start + 110);
    const counted = (await meteredGpuSeconds(database.transactions.reader, span)) - before;
    expect(counted).toBe(8n * ((await charged(holdTarget.jobId)) + (await charged(running.jobId))));
    expect(counted).toBe(8n * 210n);
  });

  it('settles to the second an end that a node’s clock tells ahead of ours, and a start before the admission (M4)', async () => {
    const { jobId, admissionId, tenantId, reading } = await admitted();
    await observe(reading(start - 30, undefined, start + 10));
    await tick(admissionId, start + 60);
    await observe(reading(start - 30, start + 95, start + 80));
    await tick(admissionId, start + 80, true);
    expect(await charged(jobId)).toBe(125n);
    expect(await environment.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('splits at a month end and where a grant ends, so that no charge straddles either (M5, F8)', async () => {
    const boundary = environment.calendar.endOf(environment.calendar.monthOf(start));
    const tenantId = await environment.company(1_000_000n);
    const grantId = await environment.grant(tenantId, 1_000_000n, { unit: 'GPU_SECONDS', until: boundary + 500 });
    const { jobId, admissionId, reading } = await admitted({ at: boundary - 100, tenantId });
    await observe(reading(boundary - 100, boundary + 700, boundary + 700));
    await tick(admissionId, boundary + 1_000, true);
    const entries = await entriesOf(jobId);
    expect(secondsIn(entries)).toEqual([100n, 500n, 200n]);
    expect(entries.map(({ effectiveAt }) => effectiveAt - boundary)).toEqual([-1, 499, 699]);
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(1_000_000n - 8n * 600n);
  });

  it('keeps the price of the admission, and takes that of the day when it is admitted again (M5, M6)', async () => {
    const first = await admitted({ fenPerGpuHour: 1_000n });
    await observe(first.reading(start, start + 450, start + 450));
    await tick(first.admissionId, start + 450, true);
    const again = await admitted({ fenPerGpuHour: 2_000n, at: start + 500, tenantId: first.tenantId, jobId: first.jobId, attempt: 2 });
    await observe(again.reading(start + 500, start + 950, start + 950));
    await tick(again.admissionId, start + 950, true);
    const listFen = (await entriesOf(first.jobId)).map(({ postings }) =>
      postings.reduce((sum, posting) => sum + (posting.listFen ?? 0n), 0n),
    );
    expect(listFen).toEqual([1_000n, 2_000n]);
  });

  it('posts what is told after the attempt was settled to what the park absorbs, once, by month, and never to the tenant (F7, M5)', async () => {
    const boundary = environment.calendar.endOf(environment.calendar.monthOf(start));
    const { tenantId, jobId, admissionId, podUid, reading } = await admitted({ at: boundary - 100 });
    await observe(reading(boundary - 100, boundary - 80, boundary - 80));
    await tick(admissionId, boundary - 70, true);
    const wallet = await environment.balance(accounts.walletAvailable(tenantId));
    // A pod that a controller which had lost its lead left behind: it begins after all was settled.
    const stray: PodReading = { ...reading(boundary - 50, boundary + 30, boundary + 30), podUid: `${podUid}-stray` };
    const told = async (seen: PodReading) => {
      await observe(seen);
      await database.transactions.run((tx) => metering.absorbLate(tx, [admissionId], boundary + 60));
    };
    await told({ ...stray, endedAt: undefined });
    expect(await charged(jobId)).toBe(20n);
    await told(stray);
    await told(stray);
    const late = (await entriesOf(jobId)).filter(({ reason }) => reason !== undefined);
    expect(late.map(({ effectiveAt }) => effectiveAt).sort((a, b) => a - b)).toEqual([boundary - 1, boundary + 29]);
    expect(new Set(late.flatMap(({ postings }) => postings.filter(({ amount }) => amount < 0n)).map(({ account }) => account))).toEqual(
      new Set([accounts.absorbed]),
    );
    expect(await charged(jobId)).toBe(20n + 80n);
    expect(await environment.balance(accounts.walletAvailable(tenantId))).toBe(wallet);
  });

  it('dates what is told after settlement where it was used, whatever other pods of the attempt have run since (F7, M5)', async () => {
    const boundary = environment.calendar.endOf(environment.calendar.monthOf(start));
    const { jobId, admissionId, podUid, reading } = await admitted({ at: boundary - 100 });
    const pod = (name: string, startedAt: Instant, endedAt?: Instant): PodReading => {
      return { ...reading(startedAt, endedAt, endedAt ?? startedAt), podUid: `${podUid}-${name}` };
    };
    const late = async (seen: PodReading) => {
      await observe(seen);
      await database.transactions.run((tx) => metering.absorbLate(tx, [admissionId], boundary + 500));
    };
    await observe(pod('lost', boundary - 90), pod('other', boundary - 100, boundary + 80));
    await database.transactions.run((tx) => metering.recordLost(tx, [`${podUid}-lost`], boundary - 20));
    await tick(admissionId, boundary + 100, true);
    expect(await secondsAround(boundary, jobId)).toEqual([100n, 80n]);
    await late(pod('lost', boundary - 90, boundary - 60));
    expect(await secondsAround(boundary, jobId)).toEqual([130n, 80n]);
    await late(pod('stray', boundary - 10, boundary + 5));
    await late(pod('stray', boundary - 10, boundary + 5));
    expect(await secondsAround(boundary, jobId)).toEqual([140n, 85n]);
  });

  it('is not metered whole where other pods have run since for longer than what is missing of the month (T3)', async () => {
    const boundary = environment.calendar.endOf(environment.calendar.monthOf(start));
    const { admissionId, podUid, reading } = await admitted({ at: boundary - 100 });
    const unmetered = async () => (await unmeteredAdmissions(database.transactions.reader, boundary)).includes(admissionId);
    await observe(reading(boundary - 100, undefined, boundary - 90));
    await tick(admissionId, boundary + 200);
    expect(await unmetered()).toBe(false);
    await observe({ ...reading(boundary - 60, boundary - 40, boundary - 40), podUid: `${podUid}-unknown` });
    expect(await unmetered()).toBe(true);
    await tick(admissionId, boundary + 210);
    expect(await unmetered()).toBe(false);
    await tick(admissionId, boundary + 220, true);
  });

  it('sets right in its own month what becomes known after the month end, whatever other pods ran since (M4, M5)', async () => {
    const boundary = environment.calendar.endOf(environment.calendar.monthOf(start));
    const seconds = (jobId: string) => secondsAround(boundary, jobId);
    const { jobId, admissionId, podUid, reading } = await admitted({ at: boundary - 100 });
    const other = (endedAt: Instant | undefined): PodReading => {
      return { ...reading(boundary - 100, endedAt, endedAt ?? boundary - 100), podUid: `${podUid}-other` };
    };
    await observe(reading(boundary - 100, undefined, boundary - 90), other(undefined));
    await tick(admissionId, boundary + 50);
    expect(await seconds(jobId)).toEqual([200n, 100n]);
    // The other pod had ended long before the month did, and the first runs on.
    await observe(other(boundary - 70));
    await tick(admissionId, boundary + 100);
    expect(await seconds(jobId)).toEqual([130n, 100n]);
    // A pod that nobody had told of ran before the month ended.
    await observe({ ...reading(boundary - 60, boundary - 40, boundary - 40), podUid: `${podUid}-third` });
    await tick(admissionId, boundary + 110);
    expect(await seconds(jobId)).toEqual([150n, 110n]);
    // And the first ended before it as well.
    await observe(reading(boundary - 100, boundary - 10, boundary - 10));
    await tick(admissionId, boundary + 120, true);
    expect(await seconds(jobId)).toEqual([140n, 0n]);
  });

  it('posts what becomes known of a closed month into the open one, and names the month (T3, M4)', async () => {
    const boundary = environment.calendar.endOf(environment.calendar.monthOf(start));
    const [month, next] = [environment.calendar.monthOf(boundary - 1), boundary + 3 * 86_400];
    const { jobId, admissionId, podUid, reading } = await admitted({ at: boundary - 100 });
    await observe(reading(boundary - 100, undefined, boundary - 60));
    await tick(admissionId, boundary);
    await database.transactions.run((tx) => environment.ledger.closePeriod(tx, environment.calendar.startOf(month), boundary));
    await database.transactions.run((tx) => metering.recordLost(tx, [podUid], next));
    await tick(admissionId, next, true);
    expect(await charged(jobId)).toBe(40n);
    const corrections = (await entriesOf(jobId)).filter(({ kind }) => kind === 'usage.corrected');
    expect(corrections.map(({ effectiveAt, belongsTo }) => [effectiveAt, belongsTo])).toEqual([[next, month]]);
  });
});
