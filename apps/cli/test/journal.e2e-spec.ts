import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { FundingService, WalletsService } from '#funding';
import { GrantsService } from '#grants';
import { BusinessCalendar, instantOf, toDate } from '#kernel';
import { ProgrammesService } from '#programmes';
import type { Company } from '#tenancy';
import { ApiTestEnvironment, type Call, PASSWORD } from '../../api/test/api-test-environment.ts';
import { run } from './scripted-environment.ts';

const FORMULA = "=cmd|'/c calc'!A1";
const EXAMPLE = path.join(import.meta.dirname, '../../../deploy/accounts.example.yaml');
const DAY = 86_400;
const actor = systemActor('test');

/** The accounts of the chart by our kinds of accounts. */
const CHART = {
  external: { code: '1002', name: '＝1+1 银行存款', dimensions: ['company'] },
  programme: { code: '2711.01', name: '待分配补贴', dimensions: ['programme'] },
  grant: { code: '2711.02', name: '已授予补贴', dimensions: ['company', 'programme', 'job'] },
  wallet: { code: '2203', name: '企业充值', dimensions: ['company'] },
  usage: { code: '6001', name: '算力服务', dimensions: ['gpuClass', 'job'] },
  absorbed: { code: '6711', name: '园区核销', dimensions: [] },
};
type Row = Record<string, string>;

/** Credits less debits in fen by what `key` says. */
function sums(rows: readonly Row[], key: string): Record<string, bigint> {
  const found: Record<string, bigint> = {};
  for (const row of rows) found[row[key] ?? ''] = (found[row[key] ?? ''] ?? 0n) + fen(row['贷方金额']) - fen(row['借方金额']);
  return found;
}

const fen = (yuan = ''): bigint => BigInt(yuan === '' ? '0' : yuan.replace('.', ''));

describe('the journal for the accounting system of the park', () => {
  let environment: ApiTestEnvironment;
  let folder: string;
  let company: Company;
  let finance: Call;
  let who: { readonly finance: string; readonly owner: string };
  const calendar = new BusinessCalendar();
  const month = calendar.monthOf(instantOf(new Date()));
  const began = calendar.startOf(month);

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    folder = await mkdtemp(path.join(tmpdir(), 'mss-journal-'));
    company = await environment.company(FORMULA);
    const person = await environment.person('finance');
    finance = person.call;
    who = { finance: person.email, owner: (await environment.person('owner', company)).email };
    for (const [home, email] of Object.entries(who)) {
      const signingIn = ['login', '--server', environment.url, '--email', email, '--password-stdin'];
      expect(await run(path.join(folder, home), signingIn, `${PASSWORD}\n`)).toMatchObject({ code: 0 });
    }
    await moneyMoves();
  });
  afterAll(async () => {
    await environment.stop();
    await rm(folder, { recursive: true });
  });

  const service = <T>(type: abstract new (...parts: never[]) => T): T => environment.app.get<T>(type, { strict: false });

  /** A budget, a grant that pays half of a job, a wallet that pays the other half while it can, and what the park writes off. */
  async function moneyMoves(): Promise<void> {
    await environment.database.transactions.run(async (tx) => {
      await service(CatalogService).addClass(tx, actor, { code: 'h800' });
      const validity = { validFrom: toDate(began), validUntil: toDate(began + 365 * DAY) };
      const { id: programmeId } = await service(ProgrammesService).create(tx, actor, {
        ...{ code: 'xuhui', name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5_000n, priority: 10, classes: ['h800'] },
        ...{ monthlyCapPerTenant: null, capPerTenant: null, carryOver: false, status: 'open', ...validity },
      });
      await service(ProgrammesService).appropriate(tx, actor, programmeId, 2_000_000n, 'first', began);
      const grant = { programmeId, tenantId: company.id, amount: 500_001n, ...validity, effectiveAt: began };
      await service(GrantsService).open(tx, actor, grant);
      await service(WalletsService).open(tx, [company.id]);
      const topUp = { tenantId: company.id, amount: 100_007n, reference: '-2+3 工行 0071', key: 'bank' };
      await service(WalletsService).topUp(tx, actor, topUp, began);
    });
    await environment.database.transactions.run(async (tx) => {
      const request = { id: 'job_a/1', jobId: 'job_a', tenantId: company.id, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
      await service(FundingService).open(tx, request, { gpus: 8n, seconds: 3_600n }, began + 60);
      const readings = [{ at: began + 3_660, gpuSeconds: 8n * 60n * 3_607n }];
      const report = { admissionId: 'job_a/1', tenantId: company.id, readings, holdTarget: { gpus: 0n, seconds: 0n }, final: true };
      await service(FundingService).meter(tx, [report], began + 3_660);
    });
  }

  /** Sums in fen of the postings of the month by kind of account, holds included, which cancel out within their kind. */
  async function ledgerSums(): Promise<Record<string, bigint>> {
    const rows = await environment.database.owner.query<{ kind: string; sum: string }[]>(
      `SELECT account_kind(a.code) AS kind, sum(p.amount)::text AS sum FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
        WHERE p.unit = 'CNY' GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ kind, sum }) => [kind, BigInt(sum)]));
  }

  const mapping = async (accounts: object): Promise<string> => {
    const file = path.join(folder, 'accounts.yaml');
    await writeFile(
      file,
      `# ours\naccounts:\n${Object.entries(accounts)
        .map(([kind, account]) => `  ${kind}: ${JSON.stringify(account)}\n`)
        .join('')}`,
    );
    return file;
  };
  const exported = (home: keyof typeof who, ...words: readonly string[]) => run(path.join(folder, home), ['journal', 'export', ...words]);
  const rowsOf = (csv: string): Row[] => parse<Row>(csv, { columns: true, bom: true });

  it('has the sums of the ledger on each account, and vouchers that balance', async () => {
    const file = path.join(folder, 'october.csv');
    const ran = await exported('finance', '--month', month, '--mapping', await mapping(CHART), '-o', 'csv', '--file', file);
    expect(ran).toEqual({ code: 0, out: '', err: '' });
    const rows = rowsOf(await readFile(file, 'utf8'));
    const ledger = await ledgerSums();
    expect(Object.keys(ledger).sort()).toEqual(Object.keys(CHART).sort());
    expect(ledger['absorbed']).not.toBe(0n);
    const codes = Object.fromEntries(Object.entries(CHART).map(([kind, { code }]) => [code, ledger[kind]]));
    expect(sums(rows, '科目代码')).toEqual(codes);
    const vouchers = sums(rows, '凭证号');
    expect(Object.keys(vouchers).length).toBeGreaterThanOrEqual(4);
    for (const [voucher, sum] of Object.entries(vouchers)) expect([voucher, sum]).toEqual([expect.stringMatching(/^entry_\d{13}$/), 0n]);
    for (const row of rows) expect([row['借方金额'] === '', row['贷方金额'] === '']).toContain(true);
    const used = rows.filter((row) => row['科目代码'] === '6001');
    expect(used.map((row) => [row['GPU 类型'], row['作业'], row['企业']])).toEqual(used.map(() => ['h800', 'job_a', '']));
    const granted = rows.filter((row) => row['科目代码'] === '2711.02');
    expect(new Set(granted.map((row) => row['补贴项目']))).toEqual(new Set(['xuhui']));
    expect((await exported('finance', '--month', month, '--mapping', await mapping(CHART))).out).toBe(await readFile(file, 'utf8'));
    const answer = await finance('POST', `/journal-export?month=${month}`, { accounts: CHART });
    expect([answer.status, rowsOf(answer.body as string)]).toEqual([200, rows]);
  });

  it('is safe against formulas in names, accounts and references', async () => {
    const { out } = await exported('finance', '--mapping', await mapping(CHART));
    const bank = rowsOf(out).find((row) => row['科目代码'] === '1002' && row['借方金额'] === '1000.07');
    expect(bank).toMatchObject({
      科目名称: "'＝1+1 银行存款",
      企业: `'${FORMULA}`,
      统一社会信用代码: company.creditCode,
      备注: "'-2+3 工行 0071",
    });
  });

  it('takes the mapping of deploy/accounts.example.yaml', async () => {
    const { code, out } = await exported('finance', '--mapping', EXAMPLE);
    expect([code, new Set(rowsOf(out).map((row) => row['科目代码']))]).toEqual([
      0,
      new Set(['1002', '2711.01', '2711.02', '2203', '6001', '6711']),
    ]);
  });

  it('speaks English by option, and has the same figures', async () => {
    const file = await mapping(CHART);
    const english = parse<Row>((await exported('finance', '--mapping', file, '--lang', 'en')).out, { columns: true, bom: true });
    const chinese = rowsOf((await exported('finance', '--mapping', file)).out);
    expect(Object.keys(english[0] ?? {})).toEqual([
      ...['Voucher', 'Date', 'Summary', 'Account code', 'Account', 'Debit (yuan)', 'Credit (yuan)'],
      ...['Company', 'Unified social credit code', 'Programme', 'GPU class', 'Job', 'Belongs to', 'Remark'],
    ]);
    const bare = (rows: readonly Row[], summary: string) =>
      rows.map((row) => Object.entries(row).flatMap(([name, value]) => (name === summary ? [] : [value])));
    expect(bare(english, 'Summary')).toEqual(bare(chinese, '摘要'));
    expect(new Set(english.map((row) => row['Summary']))).toEqual(new Set(['Budget appropriated', 'Granted', 'Topped up', 'Usage']));
    expect(await exported('finance', '--mapping', file, '--lang', 'fr')).toMatchObject({ code: 2 });
  });

  it('is refused where the mapping misses a kind of account that moved, by field and line, and leaves no file', async () => {
    await mapping(CHART);
    const before = await readdir(folder);
    const withoutUsage = Object.fromEntries(Object.entries(CHART).filter(([kind]) => kind !== 'usage'));
    const missing = await finance('POST', `/journal-export?month=${month}`, { accounts: withoutUsage });
    expect(missing).toMatchObject({
      status: 422,
      body: {
        code: 'journal.account-unmapped',
        detail: expect.stringMatching(/^The mapping has no account for usage, which the entry entry_\d{13} moves\.$/) as string,
        errors: [{ pointer: '/accounts/usage' }],
      },
    });
    const file = await mapping(withoutUsage);
    const refused = await exported('finance', '--mapping', file, '--file', path.join(folder, 'none.csv'));
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain(`no account for usage, which the entry entry_`);
    expect(refused.err).toContain(`(line 2 of ${file}) (/accounts/usage)\n  → Add usage with its code and name under accounts.`);
    const numbered = await exported('finance', '--mapping', await mapping({ ...CHART, wallet: { code: 2203, name: '企业充值' } }));
    expect(numbered.code).toBe(1);
    expect(numbered.err).toMatch(/\/accounts\/wallet\/code/);
    expect(numbered.err).toContain(`(line 6 of ${file})`);
    expect(await readdir(folder)).toEqual(before);
  });

  it('of a period without entries has headings only, whatever the mapping names', async () => {
    const { code, out } = await exported(
      'finance',
      '--from',
      '2026-01-01',
      '--to',
      '2026-01-02',
      '--mapping',
      await mapping({ wallet: CHART.wallet }),
    );
    expect([code, out]).toEqual([0, expect.stringMatching(/^\uFEFF凭证号,日期,摘要,[^\n]*备注\r\n$/)]);
    const backwards = await exported('finance', '--from', '2026-01-02', '--to', '2026-01-01', '--mapping', await mapping(CHART));
    expect([backwards.code, backwards.err]).toEqual([1, expect.stringContaining('2026-01-01 lies before 2026-01-02.')]);
  });

  it('is for finance and auditors only', async () => {
    const refused = await exported('owner', '--mapping', await mapping(CHART));
    expect([refused.code, refused.out]).toEqual([3, '']);
    const may: Record<string, number> = {};
    for (const role of ['auditor', 'administrator', 'operator', 'reviewer'] as const) {
      may[role] = (await (await environment.person(role)).call('POST', '/journal-export', { accounts: CHART })).status;
    }
    expect(may).toEqual({ auditor: 200, administrator: 403, operator: 403, reviewer: 403 });
  });
});
