import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { AuditService } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { FundingService, WalletsService } from '#funding';
import { BusinessCalendar, jsonInteger, listCost, ManualClock, type Month } from '#kernel';
import { JournalService, LedgerService, LedgerPeriodsService } from '#ledger';
import { ledgerFaults } from '#ledger/testing';
import { GrantsService, LapsesService } from '#grants';
import { ProgrammesService } from '#programmes';
import { type Statement, StatementsService } from '#statements';
import { CompaniesService } from '#tenancy';
import type { ReplayReport } from './domain/report.ts';
import { type Scenario, ScenarioRefused } from './domain/scenario.ts';
import { ReplayService } from './replay.service.ts';
import { parseScenario } from './scenario-file.ts';
import { anyScenario } from './testing/any-scenario.ts';

const VECTORS = path.resolve('../shared/vectors');
const OWN = path.resolve('libs/replay/src/testing/scenarios');

interface Vector {
  readonly name: string;
  readonly scenario: unknown;
  readonly expected: unknown;
}

function vectorsIn(folder: string): [string, Vector][] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  return files.sort().map((file) => [file, JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Vector]);
}

const asJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? jsonInteger(part) : part)));

/** The statements of a replay, read from a ledger without faults: its balances and daily sums are those of its postings (L1, L4, L5). */
class StatementsOfSoundLedger extends StatementsService {
  readonly #checked = new WeakSet<Tx>();

  override async ofTenant(tx: Tx, tenantId: string, month: Month): Promise<Statement> {
    if (!this.#checked.has(tx)) expect(await ledgerFaults(tx)).toEqual([]);
    this.#checked.add(tx);
    return await super.ofTenant(tx, tenantId, month);
  }
}

/** The runs take longer than Jest's own limit where the machine is busy. */
const PROPERTY_MS = 180_000;

describe('replay', () => {
  let database: TestDatabase;
  const replayIn = (timeZone: string): ReplayService => {
    const clock = new ManualClock(new Date(0));
    const calendar = new BusinessCalendar(timeZone);
    const [audit, ledger] = [new AuditService(clock), new LedgerService()];
    const catalog = new CatalogService(audit);
    const programmes = new ProgrammesService(ledger, catalog, audit, clock);
    const funding = new FundingService(ledger, new JournalService(), calendar);
    return new ReplayService(
      database.transactions,
      new CompaniesService(audit, clock),
      catalog,
      programmes,
      new GrantsService(ledger, programmes, audit),
      new WalletsService(ledger, audit),
      new LapsesService(ledger, audit, calendar),
      ledger,
      funding,
      new StatementsOfSoundLedger(new LedgerPeriodsService(), funding, calendar),
      calendar,
    );
  };
  const replay = (scenario: Scenario): Promise<ReplayReport> => replayIn(scenario.timezone).run(scenario);
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  const shared = vectorsIn(VECTORS);
  if (shared.length === 0) console.warn(`no vectors in ${VECTORS}: only the scenarios of this repository are replayed`);

  it.each([...shared, ...vectorsIn(OWN)])('gives the expected document for %s', async (_, { scenario, expected }) => {
    const { ledger, ...report } = asJson(await replay(parseScenario(scenario))) as { ledger: { sumPerUnit: unknown } };
    expect(report).toEqual(expected);
    expect(ledger.sumPerUnit).toEqual({ CNY: 0, GPU_SECONDS: 0 });
  });

  it('refuses an amendment that promises more than the budget has left, naming it', async () => {
    const [, vector] = vectorsIn(OWN)[0] ?? [];
    const events = [{ at: '2026-10-31T16:00:00Z', type: 'amendGrant', grant: 'g1', addAmount: 9_000_000_000_000 }];
    const refused = replay(parseScenario({ ...(vector?.scenario as object), events }));
    await expect(refused).rejects.toMatchObject({ faults: [{ pointer: '/events/0/addAmount' }] });
  });

  it('leaves nothing behind', async () => {
    const [{ entries } = { entries: -1 }] = await database.owner.query<{ entries: number }[]>(
      `SELECT count(*)::int AS entries FROM ledger_entry`,
    );
    expect(entries).toBe(0);
  });

  it(
    'charges the rounded product of any job, whatever the tick, and the same twice (U5, T1, L1)',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyScenario, fc.integer({ min: 60, max: 900 }), async (input, tickSeconds) => {
          const scenario = parseScenario(input);
          const report = await replay(scenario);
          expect(asJson(await replay(scenario))).toEqual(asJson(report));
          const otherTick = await replay(parseScenario({ ...input, tickSeconds }));
          for (const job of report.jobs) {
            const given = scenario.jobs.find((candidate) => candidate.code === job.code)!;
            const used = given.pods.reduce(
              (sum, pod) => sum + BigInt(pod.gpus) * BigInt(Math.max(0, Math.min(pod.end, scenario.until) - pod.start)),
              0n,
            );
            expect(job.gpuSeconds).toBe(used);
            expect(job.listFen).toBe(listCost(used, 1_250n));
            expect(job.paid.reduce((sum, share) => sum + share.costFen, job.absorbedFen)).toBe(job.listFen);
            expect(otherTick.jobs.find((other) => other.code === job.code)).toMatchObject({ gpuSeconds: used, listFen: job.listFen });
          }
          for (const balance of Object.values(report.balances)) expect(balance).toBeGreaterThanOrEqual(0n);
          expect(report.ledger.sumPerUnit).toEqual({ CNY: 0n, GPU_SECONDS: 0n });
          const [months, jobs] = [report.statements, report.jobs].map((list) => list.reduce((sum, item) => sum + item.listFen, 0n));
          expect(months).toBe(jobs);
        }),
        { numRuns: 15 },
      );
    },
    PROPERTY_MS,
  );

  const [, example] = vectorsIn(OWN)[0] ?? [];
  it.each([
    ['/tickSeconds', { tickSeconds: 0 }],
    ['/timezone', { timezone: 'Mars/Olympus' }],
    ['/surprise', { surprise: 1 }],
    ['/programmes/0/classes/0', { gpuClasses: [], jobs: [] }],
    ['/grants/0/amount', { programmes: [{ ...(example?.scenario as { programmes: object[] }).programmes[0], budget: 1 }] }],
    ['/grants/0/tenant', { tenants: [], jobs: [] }],
    ['/events/0/grant', { events: [{ at: '2026-10-31T16:00:00Z', type: 'freezeGrant', grant: 'nobody' }] }],
    ['/until', { until: '2026-12-01T00:00:00.5Z' }],
    ['/events/0/amount', { events: [{ at: '2026-10-31T16:00:00Z', type: 'topUp', tenant: 't1', amount: 1.5 }] }],
  ])('refuses a fault at %s, naming it', (pointer, change) => {
    const refusal = (): unknown => parseScenario({ ...(example?.scenario as object), ...change });
    expect(refusal).toThrow(ScenarioRefused);
    try {
      refusal();
    } catch (error) {
      const named = (error as ScenarioRefused).faults.map((fault) => fault.pointer);
      // An unknown field is reported at the object that carries it.
      expect(named.some((found) => found === pointer || (pointer === '/surprise' && found === ''))).toBe(true);
    }
  });
});
