import fc from 'fast-check';
import { TestDatabase } from '#database/testing';
import { accounts } from '#ledger';
import { ledgerFaults } from '#ledger/testing';
import type { UsageReport } from './funding.service.ts';
import { FundedTestEnvironment } from './testing/index.ts';
import { NO_HOLD } from './domain/hold-target.ts';

interface Given {
  readonly wallet: bigint;
  readonly money: bigint;
  readonly hours: bigint;
  /** GPU-seconds used by each of two jobs between one instant and the next. */
  readonly usage: readonly (readonly [number, number])[];
}

const given: fc.Arbitrary<Given> = fc.record({
  wallet: fc.bigInt({ min: 1n, max: 900n }),
  money: fc.bigInt({ min: 1n, max: 900n }),
  hours: fc.bigInt({ min: 1n, max: 2_000n }),
  usage: fc.array(fc.tuple(fc.nat(900), fc.nat(900)), { minLength: 1, maxLength: 6 }),
});

/** The runs take longer than Jest's own limit where the machine is busy. */
const PROPERTY_MS = 180_000;

describe('metering in any batches', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let jobs = 0;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await FundedTestEnvironment.create(database.transactions);
  });
  afterAll(async () => {
    expect(await ledgerFaults(database.owner.manager)).toEqual([]);
    await database.drop();
  });

  /** A tenant with the given funds and two running jobs; `meterIn` decides how their readings are handed over. */
  const run = async ({ wallet, money, hours, usage }: Given, meterIn: (reports: UsageReport[][]) => UsageReport[][]): Promise<unknown> => {
    const tenantId = await environment.company(wallet);
    const grants = [
      await environment.grant(tenantId, money, { coverageBp: 5_000n }),
      await environment.grant(tenantId, hours, { unit: 'GPU_SECONDS', until: environment.start + 80 * 86_400 }),
    ];
    const admissions = [0, 1].map(() => `job_${String((jobs += 1)).padStart(6, '0')}/1`);
    for (const id of admissions) {
      const request = { id, jobId: id.slice(0, -2), tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await database.transactions.run((tx) => environment.funding.open(tx, request, NO_HOLD, environment.start));
    }
    const totals = [0n, 0n];
    const instants = usage.map((used, index) =>
      admissions.map((admissionId, job): UsageReport => {
        totals[job] = (totals[job] ?? 0n) + BigInt(used[job] ?? 0);
        const readings = [{ at: environment.start + (index + 1) * 900, gpuSeconds: totals[job] }];
        return { admissionId, tenantId, readings, holdTarget: NO_HOLD, final: false };
      }),
    );
    for (const reports of meterIn(instants)) {
      await database.transactions.run((tx) => environment.funding.meter(tx, reports, environment.start + usage.length * 900));
    }
    const left = await environment.ledger.balances(database.transactions.reader, [
      ...grants.map((id) => accounts.grantAvailable(id)),
      accounts.walletAvailable(tenantId),
    ]);
    for (const balance of left.values()) expect(balance).toBeGreaterThanOrEqual(0n);
    const shares = await database.owner.query<unknown[]>(
      `SELECT s.gpu_seconds, s.responsible_fen, s.paid, s.held, s.source LIKE 'grant%' AS grant FROM funding_share s
        WHERE s.admission_id = ANY ($1) AND (s.gpu_seconds > 0 OR s.paid > 0) ORDER BY s.admission_id, s.gpu_seconds, s.paid`,
      [admissions],
    );
    return { left: [...left.values()].sort(), shares };
  };

  const eachAlone = (instants: UsageReport[][]): UsageReport[][] => instants;
  const allAtOnce = (instants: UsageReport[][]): UsageReport[][] => {
    const byAdmission = Map.groupBy(instants.flat(), (report) => report.admissionId);
    return [[...byAdmission.values()].map((own) => ({ ...own[0]!, readings: own.flatMap((report) => report.readings) }))];
  };
  const repeated = (instants: UsageReport[][]): UsageReport[][] => instants.flatMap((reports) => [reports, reports]);
  const turnedAround = (instants: UsageReport[][]): UsageReport[][] => instants.map((reports) => [...reports].reverse());

  it(
    'splits the same in one batch, in many, repeated, and in any order of jobs (M2, M7, L3–L5)',
    async () => {
      await fc.assert(
        fc.asyncProperty(given, async (funds) => {
          const expected = await run(funds, eachAlone);
          for (const meterIn of [allAtOnce, repeated, turnedAround]) expect(await run(funds, meterIn)).toEqual(expected);
        }),
        { numRuns: 12 },
      );
      const sums = await database.owner.query<unknown[]>(
        `SELECT 1 FROM ledger_account a WHERE a.balance <> (SELECT coalesce(sum(p.amount), 0) FROM ledger_posting p WHERE p.account_id = a.id)`,
      );
      expect(sums).toEqual([]);
    },
    PROPERTY_MS,
  );
});
