import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { TestDatabase } from '#database/testing';
import { BusinessCalendar, toDate } from '#kernel';
import { Verifier } from '#statements';
import { writePages } from '../src/samples/pdf-pages.ts';
import { writeSamples, type WrittenMonth } from '../src/samples/sample-files.ts';
import { SAMPLE_MONTHS, SamplePark } from '../src/samples/sample-park.ts';

const run = promisify(execFile);
const [, MONTH] = SAMPLE_MONTHS;
/** CSV with commas and quotes, in UTF-8, from the first line. */
const CSV = 'Text - txt - csv (StarCalc):44,34,76,1';
/** The same of each sheet, values as they are and not as they are shown. */
const EVERY_SHEET = `csv:${CSV},,0,false,false,false,false,false,-1`;

type Row = Record<string, string>;
/** What one source paid for one job: GPU-seconds and list cost in fen. */
type Paid = Record<string, readonly [number, number]>;

const fen = (yuan = ''): number => Math.round(Number(yuan) * 100);
const records = (csv: string): Row[] => parse<Row>(csv, { columns: true, bom: true });

/** @throws Error saying what to install where the machine does not have the program */
async function opening(program: string, words: readonly string[]): Promise<{ readonly stdout: string }> {
  try {
    return await run(program, words);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`This machine has no ${program}: run .ci/debian-packages as root.`, { cause: error });
  }
}

/** What `npm run statements:samples` writes, opened by LibreOffice and poppler (`.ci/debian-packages`), beside the postings of the ledger. */
describe('the files of a month, opened by programs of others (T5)', () => {
  let database: TestDatabase;
  let park: SamplePark;
  let folder: string;
  let written: readonly WrittenMonth[];
  /** Sheets by the name that the file had for LibreOffice, then by the name of the sheet. */
  let opened: ReadonlyMap<string, string>;

  beforeAll(async () => {
    database = await TestDatabase.create();
    folder = await mkdtemp(path.join(tmpdir(), 'statement-samples-'));
    park = await SamplePark.create(database.url, generateKeyPairSync('ed25519').privateKey);
    written = await writeSamples(park, SAMPLE_MONTHS, path.join(folder, 'samples'));
    opened = await openAll();
  });
  afterAll(async () => {
    await park.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const monthIn = (language: 'zh' | 'en'): WrittenMonth => {
    const found = written.find((one) => one.language === language && one.month === MONTH);
    if (found === undefined) throw new Error(`nothing was written in ${language}`);
    return found;
  };
  /** Paths of the files of a month with this ending, each with a short name: the credit code of its company, or the code of its programme. */
  const filesOf = (language: 'zh' | 'en', ending: string): [string, string][] =>
    monthIn(language)
      .files.filter((file) => file.endsWith(`-${MONTH}${ending}`))
      .map((file) => [
        path
          .basename(path.dirname(file))
          .split('-9')[0]
          ?.replace(/^(9[0-9A-Z]{17})-.*/, '$1') ?? '',
        file,
      ]);

  /** LibreOffice reads every XLSX and CSV of the month in Chinese, and writes each sheet as CSV. */
  async function openAll(): Promise<ReadonlyMap<string, string>> {
    const sheets = new Map<string, string>();
    for (const [ending, filter] of [
      ['.xlsx', []],
      ['.csv', [`--infilter=${CSV}`]],
      ['.focus.csv', [`--infilter=${CSV}`]],
    ] as const) {
      const [given, taken] = [path.join(folder, `given${ending}`), path.join(folder, `taken${ending}`)];
      await mkdir(given);
      for (const [name, file] of filesOf('zh', ending)) await copyFile(file, path.join(given, `${name}${path.extname(ending)}`));
      const files = (await readdir(given)).map((file) => path.join(given, file));
      const profile = `-env:UserInstallation=${pathToFileURL(path.join(folder, 'profile')).href}`;
      await opening('soffice', ['--headless', profile, ...filter, '--convert-to', EVERY_SHEET, '--outdir', taken, ...files]);
      for (const file of await readdir(taken)) sheets.set(`${ending} ${file}`, await readFile(path.join(taken, file), 'utf8'));
    }
    return sheets;
  }

  const sheet = (name: string): string => {
    const found = opened.get(name);
    if (found === undefined) throw new Error(`LibreOffice wrote ${[...opened.keys()].join(', ')}, and not ${name}`);
    return found;
  };

  /** The credit code of each company by its id. */
  const companies = async (): Promise<{ id: string; credit_code: string }[]> =>
    await database.owner.query(`SELECT id, credit_code FROM company ORDER BY id`);

  /** What each source paid for each job of a company in the month, straight from the postings. */
  async function paidIn(tenantId: string): Promise<Paid> {
    const calendar = new BusinessCalendar();
    const rows = await database.owner.query<{ job_id: string; source: string; seconds: string; list: string }[]>(
      `SELECT e.job_id, regexp_replace(a.code, '(:available|:held)$', '') AS source, sum(p.gpu_seconds) AS seconds, sum(p.list_fen) AS list
         FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id
        WHERE e.tenant_id = $1 AND e.kind::text LIKE 'usage.%' AND a.code !~ '^usage:' AND e.effective_at >= $2 AND e.effective_at < $3
        GROUP BY 1, 2 HAVING sum(p.gpu_seconds) <> 0 OR sum(p.list_fen) <> 0`,
      [tenantId, toDate(calendar.startOf(MONTH)), toDate(calendar.endOf(MONTH))],
    );
    return Object.fromEntries(
      rows.map(({ job_id, source, seconds, list }) => {
        return [`${job_id} ${source.startsWith('wallet') ? 'wallet' : source}`, [Number(seconds), Number(list)]];
      }),
    );
  }

  const paidIs = (rows: readonly Row[]): Paid =>
    Object.fromEntries(
      rows.map((row) => [`${row['作业编号'] ?? ''} ${row['来源编号'] ?? ''}`, [Number(row['卡秒']), fen(row['目录价（元）'])]]),
    );

  it('have the seconds and the fen of the postings in XLSX and CSV, and totals that are values', async () => {
    for (const { id, credit_code: code } of await companies()) {
      const expected = await paidIn(id);
      expect(Object.keys(expected).length).toBeGreaterThan(0);
      const jobs = records(sheet(`.xlsx ${code}-作业.csv`));
      expect(paidIs(jobs.slice(0, -1))).toEqual(expected);
      expect(paidIs(records(sheet(`.csv ${code}-${code}.csv`)))).toEqual(expected);
      const total = jobs.at(-1) ?? {};
      const sum = (of: 0 | 1): number => Object.values(expected).reduce((all, paid) => all + paid[of], 0);
      expect([Number(total['卡秒']), fen(total['目录价（元）'])]).toEqual([sum(0), sum(1)]);
    }
  });

  it('have the closing balances of the ledger, to the fen and to the second', async () => {
    const until = toDate(new BusinessCalendar().endOf(MONTH));
    for (const { id, credit_code: code } of await companies()) {
      const balances = await database.owner.query<{ source: string; unit: string; balance: string }[]>(
        `SELECT regexp_replace(a.code, '(:available|:held)$', '') AS source, p.unit, sum(p.amount) AS balance
           FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id JOIN ledger_entry e ON e.id = p.entry_id
          WHERE a.tenant_id = $1 AND e.effective_at < $2 GROUP BY 1, 2`,
        [id, until],
      );
      const closings = records(sheet(`.xlsx ${code}-账户.csv`)).filter((row) => row['事项'] === '期末余额');
      const is = closings.map(
        (row) => `${row['来源编号'] ?? ''} ${row['金额（元）'] === '' ? Number(row['卡秒']) : fen(row['金额（元）'])}`,
      );
      expect(is.sort()).toEqual(balances.map(({ source, balance }) => `${source.replace(/^wallet:.*/, 'wallet')} ${balance}`).sort());
    }
  });

  it('have the movement of the programme in its settlement list, and self-paid costs as what FOCUS bills', async () => {
    const calendar = new BusinessCalendar();
    const moved = await database.owner.query<{ code: string; unit: string; paid: string; seconds: string }[]>(
      `SELECT programme.code, p.unit, -sum(p.amount) AS paid, sum(p.gpu_seconds) AS seconds
         FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id
         JOIN subsidy_grant g ON a.code LIKE 'grant:' || g.id || ':%' JOIN programme ON programme.id = g.programme_id
        WHERE e.kind::text LIKE 'usage.%' AND e.effective_at >= $1 AND e.effective_at < $2 GROUP BY 1, 2`,
      [toDate(calendar.startOf(MONTH)), toDate(calendar.endOf(MONTH))],
    );
    expect(moved.map(({ unit }) => unit).sort()).toEqual(['CNY', 'GPU_SECONDS']);
    for (const { code, unit, paid, seconds } of moved) {
      const total = records(sheet(`.xlsx ${code}-企业.csv`)).at(-1) ?? {};
      expect(Number(total['卡秒'])).toBe(Number(seconds));
      if (unit === 'CNY') expect(fen(total['补贴支付（元）'])).toBe(Number(paid));
    }
    for (const { id, credit_code: code } of await companies()) {
      const wallet = Object.entries(await paidIn(id)).filter(([key]) => key.endsWith(' wallet'));
      const billed = records(sheet(`.focus.csv ${code}-${code}.csv`)).reduce((all, row) => all + fen(row['BilledCost']), 0);
      expect(billed).toBe(wallet.reduce((all, [, [, list]]) => all + list, 0));
    }
  });

  it('show names that begin like formulas as they are, and compute nothing', () => {
    const text = [...opened.values()].join('\n');
    expect(text).toContain('＝1+1 智能');
    expect(text).not.toMatch(/#NAME\?|#VALUE!|Err:\d/);
  });

  it('are pages that can be printed, each of them', async () => {
    for (const language of ['zh', 'en'] as const) {
      const pdfs = filesOf(language, '.pdf');
      expect(pdfs).toHaveLength(5);
      for (const [, pdf] of pdfs) {
        expect(await writePages(pdf)).toBe(true);
        const pages = (await readdir(path.dirname(pdf))).filter((file) => file.endsWith('.png'));
        const { stdout } = await opening('pdfinfo', [pdf]);
        expect([pages.length, /Page size: .*\(A4\)/.test(stdout)]).toEqual([Number(/Pages:\s+(\d+)/.exec(stdout)?.[1]), true]);
        const { stdout: fonts } = await opening('pdffonts', [pdf]);
        const [, , ...rows] = fonts.trim().split('\n');
        expect(rows.filter((row) => !/\s(yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$/.exec(row)?.[1]?.includes('yes'))).toEqual([]);
      }
    }
  });

  it('are the same documents in both languages, signed and chained to the month before', async () => {
    const verifierOf = async (files: readonly string[]): Promise<Verifier> => {
      const verifier = new Verifier();
      for (const file of files.filter((name) => name.endsWith('.json'))) verifier.add(file, await readFile(file, 'utf8'));
      return verifier;
    };
    for (const language of ['zh', 'en'] as const) {
      const before = written.find((one) => one.language === language && one.month === SAMPLE_MONTHS[0]);
      const verdict = (await verifierOf(monthIn(language).files)).verdict(await verifierOf(before?.files ?? []));
      expect(verdict).toMatchObject({ faults: [], documents: 5, month: MONTH, unsigned: [] });
    }
    const [zh, en] = [filesOf('zh', '.json'), filesOf('en', '.json')];
    for (const [index, [, file]] of zh.entries()) expect(await readFile(file)).toEqual(await readFile(en[index]?.[1] ?? ''));
  });
});
