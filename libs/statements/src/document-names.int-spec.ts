import { systemActor } from '#audit';
import { inTenantScope } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import type { Principal } from '#identity';
import { canonicalJson, digestOf, type Instant, ManualClock, toDate } from '#kernel';
import { statementsOf } from './testing/index.ts';

const [OCTOBER, NOVEMBER] = ['2026-10', '2026-11'];
const office = systemActor('office');
const finance: Principal = { kind: 'user', id: 'user_finance', name: '财务', roles: ['finance'] };

describe('names in the documents of a month', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let clock: ManualClock;
  let services: ReturnType<typeof statementsOf>;
  let tenantId: string;
  let grantId: string;
  let programmeId: string;
  let boundary: Instant;

  beforeAll(async () => {
    database = await TestDatabase.create();
    clock = new ManualClock(toDate(1_793_000_000));
    environment = await FundedTestEnvironment.create(database.transactions, clock);
    services = statementsOf(environment, clock);
    boundary = environment.calendar.endOf(OCTOBER);
    tenantId = await environment.company(100_000n);
    grantId = await environment.grant(tenantId, 800_000n, { coverageBp: 5_000n, status: 'open' });
    ({ programmeId } = await environment.grants.get(database.transactions.reader, grantId));
    await database.transactions.run(async (tx) => {
      await environment.programmes.appropriate(tx, office, programmeId, 1n, 'second', environment.start, '徐财〔2026〕7号');
      const request = { id: 'job_1/1', jobId: 'job_1', tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await environment.funding.open(tx, request, { gpus: 0n, seconds: 0n }, boundary - 600);
      const readings = [boundary, boundary + 1_200].map((at) => ({ at, gpuSeconds: 8n * BigInt(at - boundary + 600) }));
      const report = { admissionId: 'job_1/1', tenantId, readings, holdTarget: { gpus: 0n, seconds: 0n }, final: true };
      await environment.funding.meter(tx, [report], boundary + 1_200);
    });
    await renameCompany('二号名');
    await renameProgramme('二号项目');
    clock.moveTo(toDate(boundary + 3_600));
    await database.transactions.run((tx) => services.closing.close(tx, office, OCTOBER));
    await renameCompany('三号名');
    await renameProgramme('三号项目');
  });
  afterAll(async () => {
    await database.drop();
  });

  const renameCompany = (name: string) =>
    database.transactions.run(async (tx) => {
      const { version } = await services.companies.get(tx, tenantId);
      await services.companies.change(tx, office, tenantId, { name }, version);
    });
  const renameProgramme = (name: string) =>
    database.transactions.run(async (tx) => {
      const { version } = await environment.programmes.get(tx, programmeId);
      await environment.programmes.change(tx, office, programmeId, version, { name });
    });
  const statement = (month: string) => services.documents.statement(database.transactions.reader, tenantId, month);

  it('are those of its closing and those before it in the month, whatever is renamed afterwards (T3)', async () => {
    const { document, names, digest } = await statement(OCTOBER);
    expect(document).toMatchObject({ format: 2, names });
    expect(names).toMatchObject({
      ...{ company: '二号名', grants: { [grantId]: '徐汇算力补贴' } },
      ...{ programmes: { [grantId]: '二号项目' }, formerProgrammeNames: { [grantId]: ['徐汇算力补贴'] } },
      documents: { [grantId]: ['徐财〔2026〕7号'] },
    });
    expect(names.formerCompanyNames).toHaveLength(1);
    expect(digestOf(document)).toBe(digest);
    const { names: present } = await statement(NOVEMBER);
    expect(present).toMatchObject({ company: '三号名', formerCompanyNames: ['二号名'], formerProgrammeNames: { [grantId]: ['二号项目'] } });
    const company = await inTenantScope(tenantId, () =>
      database.transactions.run((tx) => services.documents.statement(tx, tenantId, NOVEMBER)),
    );
    expect(company).toEqual(await statement(NOVEMBER));
  });

  it('stay in the settlement list too, which is what the ledger says (T4)', async () => {
    const read = (reader: Principal, month: string) =>
      database.transactions.run((tx) => services.settlements.read(tx, reader, programmeId, month));
    const { document, digest, closedAt, partial } = await read(finance, OCTOBER);
    expect({ partial, closedAt }).toEqual({ partial: false, closedAt: toDate(boundary + 3_600) });
    expect(digestOf(document)).toBe(digest);
    expect(document.programme).toMatchObject({ name: '二号项目', formerNames: ['徐汇算力补贴'], documents: ['徐财〔2026〕7号'] });
    expect(document.lines).toMatchObject([
      { tenantId, companyName: '二号名', totals: { gpuSeconds: 4_800, listFen: 1_667, subsidyFen: 834 } },
    ]);
    expect(document.totals).toEqual(document.lines[0]?.totals);
    const [fromLedger] = await services.statements.settlement(database.transactions.reader, [grantId], OCTOBER);
    expect(document.lines[0]).toMatchObject(JSON.parse(canonicalJson(fromLedger ?? {})) as object);
    const own = await inTenantScope(tenantId, () => read({ ...finance, tenantId, roles: [] }, OCTOBER));
    expect(own).toMatchObject({ partial: true, document: { programme: { name: '二号项目' }, lines: document.lines } });
    expect((await read(finance, NOVEMBER)).document.lines).toMatchObject([{ companyName: '三号名', formerCompanyNames: ['二号名'] }]);
    await expect(database.dataSource.query(`UPDATE settlement_list SET digest = ''`)).rejects.toThrow(/permission denied/);
  });

  it('are those of now where the month was closed before documents had names, and the document stays as it is', async () => {
    const { document } = await statement(OCTOBER);
    const { tenantId: id, month, accounts, jobs, totals } = document;
    const before = { tenantId: id, month, accounts, jobs, totals };
    await database.owner.query(`UPDATE statement SET document = $1, digest = $2`, [canonicalJson(before), digestOf(before)]);
    const first = await statement(OCTOBER);
    expect(first.document).toEqual(before);
    expect(first).toMatchObject({
      digest: digestOf(before),
      names: { company: '三号名', formerCompanyNames: ['二号名', expect.any(String)] },
    });
  });
});
