import { buffer } from 'node:stream/consumers';
import { readSheet } from 'read-excel-file/node';
import { extractText, getDocumentProxy } from 'unpdf';
import { digestOf } from '#kernel';
import { settlementDocument } from '../domain/settlement.ts';
import { documentOf } from '../domain/statement-document.ts';
import { statementOf } from '../domain/statement.ts';
import { readableFile, type ReadableFormat } from './readable-file.ts';
import { readableSettlement } from './readable-settlement.ts';
import { readableStatement } from './readable-statement.ts';
import { textOf } from './readable-text.ts';
import type { Language } from './wording.ts';

const MONTH = '2026-10';
const [JOBS, GRANT, HOURS] = [60, 'grant:g1', 'grant:g2'];
const charge = (index: number) => {
  const common = { jobId: `job_${String(index).padStart(3, '0')}`, gpuClass: 'h800', unit: 'CNY' as const };
  const listFen = 1_000_001n + BigInt(index);
  const shares = [
    { ...common, source: GRANT, gpuSeconds: 28_801n, amount: listFen, listFen },
    { ...common, source: 'wallet', gpuSeconds: 3n, amount: 7n, listFen: 7n },
  ];
  return index > 0
    ? shares
    : [...shares, { ...common, source: HOURS, unit: 'GPU_SECONDS' as const, gpuSeconds: 50n, amount: 50n, listFen: 19n }];
};
const charges = Array.from({ length: JOBS }, (_, index) => charge(index)).flat();
const paidBy = (source: string) => charges.filter((share) => share.source === source).reduce((sum, { amount }) => sum + amount, 0n);
const accounts = [
  {
    account: GRANT,
    unit: 'CNY' as const,
    opening: 0n,
    closing: 9_007_199_254_740_991n - paidBy(GRANT),
    movements: [
      { kind: 'grant.opened', amount: 9_007_199_254_740_991n },
      { kind: 'usage.metered', amount: -paidBy(GRANT) },
    ],
  },
  { account: HOURS, unit: 'GPU_SECONDS' as const, opening: 3_600n, closing: 3_550n, movements: [{ kind: 'usage.metered', amount: -50n }] },
  {
    account: 'wallet:t',
    unit: 'CNY' as const,
    opening: 0n,
    closing: -paidBy('wallet'),
    movements: [{ kind: 'usage.metered', amount: -paidBy('wallet') }],
  },
];
const statement = statementOf('tenant_1', MONTH, accounts, charges);
const COMPANY = '＝1+1极订（上海）人工智能科技有限公司';
const names = {
  company: COMPANY,
  creditCode: '91310104MA1FRXXX0X',
  formerCompanyNames: ['=旧名科技'],
  jobs: {
    job_000: "=cmd|'/c calc'!A1",
    job_001: 'sft-72b-a-very-long-name-of-one-word-without-any-space-at-all-in-it',
    job_002: '模型微调二〇二六年十月第三轮',
  },
  grants: { g1: '徐汇区算力券 2026', g2: '模速机时' },
  programmes: { g1: '徐汇区大模型算力补贴专项', g2: '模速机时' },
  formerProgrammeNames: { g1: ['算力补贴试行'] },
  documents: { g1: ['徐财〔2026〕7号', '徐财〔2026〕31号'] },
};
const corrections = [
  {
    jobId: 'job_002',
    kind: 'usage.refunded',
    source: GRANT,
    unit: 'CNY' as const,
    amount: -5n,
    gpuSeconds: -14_400n,
    listFen: -5_000n,
    belongsTo: '2026-09',
  },
];
const NAMED = `${COMPANY}（原名：=旧名科技）`;
const GRANT_NAMED = '徐汇区算力券 2026（徐汇区大模型算力补贴专项（原名：算力补贴试行））';
const DOCUMENTS = '徐财〔2026〕7号、徐财〔2026〕31号';
const issuedOf = (of: typeof statement, having: typeof corrections, closedAt?: Date) => {
  const made = documentOf(of, having, names);
  const parts = { document: made, digest: digestOf(made), names: made.names, corrections: made.corrections };
  return { ...parts, ...(closedAt !== undefined && { closedAt }) };
};
const issued = issuedOf(statement, corrections, new Date('2026-10-31T18:15:00Z'));
const { document, digest } = issued;
const options = (language: Language) => ({ language, park: '模速空间', timeZone: 'Asia/Shanghai' });
const readable = (language: Language = 'zh') => readableStatement(issued, options(language));
const fileOf = async (format: ReadableFormat, of = readable()) => {
  const file = await readableFile(of, format);
  return Buffer.isBuffer(file) ? file : await buffer(file);
};
/** With its byte order mark. */
const csv = (file: Buffer): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(file);
/** Without the white space that the layout adds. */
const wordsOf = async (pdf: Buffer): Promise<string[]> => {
  const { text: pages } = await extractText(await getDocumentProxy(new Uint8Array(pdf)));
  return pages.map((page) => page.replace(/\s+/g, ''));
};

describe('a statement as XLSX, read by another library (T5)', () => {
  it('has real numbers that are the ledger’s to the fen and to the second, and totals as values', async () => {
    const file = await fileOf('xlsx');
    const [head, ...rows] = await readSheet(file, '作业');
    expect(head).toEqual([
      ...['作业名称', '作业编号', 'GPU 类型', '支付来源', '资金文号', '来源编号', '卡时', '卡秒'],
      ...['目录价（元）', '补贴支付（元）', '企业自付（元）', '园区核销（元）', '扣减金额（元）', '扣减额度（卡秒）'],
    ]);
    const shares = statement.jobs.flatMap((job) => job.shares);
    expect(rows).toHaveLength(shares.length + 1);
    expect(rows.slice(0, -1).map((row) => [Math.round(Number(row[8]) * 100), row[7]])).toEqual(
      shares.map(({ listFen, gpuSeconds }) => [Number(listFen), Number(gpuSeconds)]),
    );
    const { totals } = document;
    expect(rows.at(-1)?.slice(7, 12)).toEqual([
      totals.gpuSeconds,
      ...[totals.listFen, totals.subsidyFen, totals.selfPaidFen, totals.absorbedFen].map((fen) => fen / 100),
    ]);
    const accountRows = await readSheet(file, '账户');
    expect(accountRows[2]).toEqual([GRANT_NAMED, DOCUMENTS, GRANT, '额度发放', 90_071_992_547_409.91, null, null]);
    expect(accountRows).toContainEqual(['模速机时', null, HOURS, '期末余额', null, 0.99, 3_550]);
  });

  it('has real dates by the clock of the park, and names that begin like formulas as text', async () => {
    const file = await fileOf('xlsx');
    const summary = new Map((await readSheet(file, '汇总')).map(([name, value]) => [name, value]));
    expect(summary.get('账期')).toEqual(new Date('2026-10-01T00:00:00Z'));
    expect(summary.get('结账时间')).toEqual(new Date('2026-11-01T02:15:00Z'));
    expect(summary.get('企业名称')).toBe(NAMED);
    expect(summary.get('SHA-256 摘要')).toBe(digest);
    expect((await readSheet(file, '作业'))[1]?.[0]).toBe("=cmd|'/c calc'!A1");
    expect((await readSheet(file, '更正'))[1]).toEqual([
      ...[new Date('2026-09-01T00:00:00Z'), '模型微调二〇二六年十月第三轮', 'job_002', '用量退还', GRANT_NAMED],
      ...[-4, -14_400, -50],
    ]);
  });
});

describe('a statement as PDF, read by another library (T5)', () => {
  it('has Chinese, figures, capital numerals, the digest and page numbers on every page', async () => {
    const pages = await wordsOf(await fileOf('pdf'));
    const all = pages.join('');
    for (const said of [
      '模速空间',
      '算力费用月结单',
      COMPANY,
      '91310104MA1FRXXX0X',
      '已结账',
      '=旧名科技',
      '徐财〔2026〕7号',
      '2026-11-0102:15:00',
      '2026-09',
      '用量退还',
    ]) {
      expect(all).toContain(said);
    }
    expect(all).toContain('¥600,018.49');
    expect(all).toContain('陆拾万零壹拾捌元肆角玖分');
    expect(all).toContain('¥90,071,992,547,409.91');
    expect(all).toContain('sft-72b-a-very-long-name-of-one-word-without-any-space-at-all-in-it');
    expect(pages.length).toBeGreaterThan(1);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(digest);
      expect(page).toContain(`第${index + 1}页，共${pages.length}页`);
    }
    // The header of the table of jobs is repeated where it goes on.
    expect(pages.slice(1, -1).every((page) => page.includes('作业名称'))).toBe(true);
  });

  it('lists no more rows than are for paper, says where they are, and keeps the total', async () => {
    const long = Array.from({ length: 301 }, (_, index) => charge(index + 1)).flat();
    const many = issuedOf(statementOf('tenant_1', MONTH, [], long), []);
    const pages = await wordsOf(await fileOf('pdf', readableStatement(many, options('zh'))));
    expect(pages.length).toBeLessThan(4);
    expect(pages.join('')).toContain('共602行，纸面不便列示');
    expect(pages.join('')).toContain(textOf({ fen: BigInt(many.document.totals.listFen) }, 'UTC'));
  });

  it('speaks English by option, and says where it may still change', async () => {
    const open = readableStatement(issuedOf(statement, []), options('en'));
    const all = (await wordsOf(await fileOf('pdf', open))).join('');
    for (const said of ['Computestatement', 'Opening', 'Open:amountsmaystillchange', 'Nonethismonth.', COMPANY, 'Page1of']) {
      expect(all).toContain(said);
    }
    expect(all).not.toContain('Closedat');
  });
});

it('writes a statement as CSV with headings in the language asked for, exact and safe against formulas (T5)', async () => {
  const lines = csv(await fileOf('csv')).split('\r\n');
  expect(lines[0]).toMatch(/^\uFEFF账期,企业名称,统一社会信用代码,作业名称,/);
  expect(lines[1]).toBe(
    `2026-10,'${NAMED},91310104MA1FRXXX0X,'=cmd|'/c calc'!A1,job_000,h800,${GRANT_NAMED},${DOCUMENTS},${GRANT},8.00,28801,10000.01,10000.01,0.00,0.00,10000.01,`,
  );
  expect(lines).toHaveLength(charges.length + 2);
  const english = csv(await fileOf('csv', readable('en')));
  expect(english).toMatch(/^\uFEFFMonth,Company,Unified social credit code,Job,Job id,/);
});

describe('a settlement list (T4)', () => {
  const none = { shares: [], creditCode: 'A1', formerCompanyNames: [] };
  const lines = [
    {
      ...{ ...none, tenantId: 't1', companyName: '极订科技', formerCompanyNames: ['旧名'] },
      totals: { gpuSeconds: 4_800n, listFen: 1_667n, subsidyFen: 834n, selfPaidFen: 833n, absorbedFen: 0n },
    },
    {
      ...{ ...none, tenantId: 't2', companyName: '=1+1', creditCode: 'B2' },
      totals: { gpuSeconds: 18n, listFen: 10n, subsidyFen: 10n, selfPaidFen: 0n, absorbedFen: 0n },
    },
  ];
  const programme = {
    ...{ code: 'xuhui-2026', name: '徐汇区大模型算力补贴专项', funder: '徐汇区科委' },
    ...{ formerNames: ['算力补贴试行'], documents: ['徐财〔2026〕7号'] },
  };
  const made = settlementDocument('p1', MONTH, programme, lines);
  const list = (partial = false) => readableSettlement({ document: made, digest: digestOf(made), partial }, options('zh'));

  it('has one row per company, and the sum of the exact values below', async () => {
    const rows = await readSheet(await fileOf('xlsx', list()), '企业');
    expect(rows.slice(1)).toEqual([
      ['极订科技（原名：旧名）', 'A1', 't1', 1.33, 4_800, 16.67, 8.34, 8.33],
      ['=1+1', 'B2', 't2', 0.01, 18, 0.1, 0.1, 0],
      ['合计', null, null, 1.34, 4_818, 16.77, 8.44, 8.33],
    ]);
    const all = (await wordsOf(await fileOf('pdf', list()))).join('');
    for (const said of ['算力补贴兑付清单', '徐汇区科委', '徐财〔2026〕7号', '算力补贴试行', '捌元肆角肆分', '=1+1', '未结账'])
      expect(all).toContain(said);
  });

  it('says where the reader sees their own company only', () => {
    const scope = (partial: boolean) => list(partial).heading.find(({ name }) => name === '范围')?.value;
    expect([scope(true), scope(false)]).toEqual(['仅含本企业', undefined]);
  });
});
