import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvOf, UNITS } from '#kernel';
import type { JobLine, LineNames } from '../domain/job-line.ts';
import { mergeShares } from '../domain/statement.ts';
import { csvLines } from './csv-lines.ts';
import { jobCells, jobColumns } from './job-table.ts';
import { csvFieldOf } from './readable-text.ts';
import { documentsOf, sourceName } from './source-names.ts';
import { LANGUAGES, wordingOf } from './wording.ts';

const MONTH = '2026-10';
const text = fc.string({ unit: fc.constantFrom(...Array.from('=+-@\t\r\n",; 0aé月＝')), maxLength: 5 });
const company = (id: string): LineNames => ({
  ...{ company: `=极订 "${id}"`, creditCode: '91310104MA1FRXXX0X', formerCompanyNames: ['+旧名'] },
  ...{
    grants: { g1: '算力券, A' },
    programmes: { g1: '-徐汇补贴' },
    formerProgrammeNames: {},
    documents: { g1: ['沪〔2026〕1 号', '@2'] },
  },
});
const known: ReadonlyMap<string, LineNames> = new Map(['c1', 'c2'].map((id) => [id, company(id)]));
const share = fc.record({
  source: fc.constantFrom('wallet', 'absorbed', 'grant:g1', 'grant:unknown'),
  unit: fc.constantFrom(...UNITS),
  ...{ amount: fc.bigInt(), gpuSeconds: fc.bigInt(), listFen: fc.bigInt() },
});
const line: fc.Arbitrary<JobLine> = fc.record({
  tenantId: fc.constantFrom('c1', 'c2', '=unknown'),
  ...{ jobId: text, name: text, gpuClass: text, shares: fc.array(share, { maxLength: 3 }), charges: fc.constant([]) },
});

it('lists the same cells as the other files for people, line by line (T5)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(line)), fc.constantFrom(...LANGUAGES), async (batches, language) => {
      const wording = wordingOf(language);
      const rows = batches.flat().flatMap((job) => {
        const names = known.get(job.tenantId);
        const shared =
          names === undefined ? [job.tenantId, ''] : [wording.formerly(names.company, names.formerCompanyNames), names.creditCode];
        return job.shares.map((of) => {
          const [name, documents] =
            names === undefined ? [of.source, undefined] : [sourceName(of.source, names, wording), documentsOf(of.source, names, wording)];
          const cells = jobCells(job, of, { name, documents });
          return [MONTH, ...shared, ...cells.map((cell) => csvFieldOf(cell, 'Asia/Shanghai')), MONTH];
        });
      });
      const headings = [
        wording.month,
        wording.company,
        wording.creditCode,
        ...jobColumns(wording).map(({ title }) => title),
        wording.belongsTo,
      ];
      let file = '';
      const given = (async function* () {
        await Promise.resolve();
        yield* batches;
      })();
      for await (const lines of csvLines(given, known, MONTH, { language })) file += lines;
      expect(file).toBe(`\uFEFF${csvOf([headings, ...rows])}`);
    }),
  );
});

it('lists what came late for a closed month on lines of its own, which name that month (T3)', async () => {
  const paid = { source: 'wallet', unit: 'CNY' as const };
  const charges = [
    { ...paid, gpuSeconds: -4_800n, amount: -1_667n, listFen: -1_667n, belongsTo: '2026-09' },
    { ...paid, gpuSeconds: 7_200n, amount: 2_500n, listFen: 2_500n },
  ];
  const job = { tenantId: 'c1', jobId: 'job_1', name: 'sft', gpuClass: 'h800', shares: mergeShares(charges), charges };
  const given = (async function* () {
    await Promise.resolve();
    yield [job];
  })();
  let file = '';
  for await (const lines of csvLines(given, known, MONTH, { language: 'zh' })) file += lines;
  const [headings, ...rows] = parse(file, { bom: true });
  const [seconds, belongsTo] = ['卡秒', '所属账期'].map((title) => headings?.indexOf(title) ?? -1) as [number, number];
  expect(rows.map((row) => [row[0], row[seconds], row[belongsTo]])).toEqual([
    [MONTH, '-4800', '2026-09'],
    [MONTH, '7200', MONTH],
  ]);
});
