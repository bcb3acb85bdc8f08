import { DomainError } from '#kernel';
import type { ReadableDocument, ReadableTable } from './readable-document.ts';
import { MOST_XLSX_ROWS, requireXlsxRows, withinXlsxRows } from './xlsx-rows.ts';

const table = (title: string, rows: number): ReadableTable => ({
  ...{ title, columns: [{ title: 'Job' }], total: { values: ['Total'] } },
  rows: Array.from({ length: rows }, (_, number) => ({ values: [`job_${number}`] })),
});
const documentOf = (...tables: readonly ReadableTable[]): ReadableDocument => ({
  ...{
    language: 'en',
    timeZone: 'Asia/Shanghai',
    park: 'Park',
    title: 'Statement',
    fileName: 'statement',
    heading: [],
    totals: [],
    tables,
  },
  ...{ lines: { shared: [], table: table('lines', 0) }, digest: '', closed: true },
});

describe('the rows of a workbook', () => {
  it('are refused above what one is made of, with CSV as the remedy', () => {
    const longest = documentOf(table('jobs', MOST_XLSX_ROWS - 1), table('corrections', 1));
    expect(() => requireXlsxRows(longest)).not.toThrow();
    expect(() => requireXlsxRows(documentOf(...longest.tables, table('more', 1)))).toThrow(
      new DomainError('file.too-many-rows', {
        detail: 'The document has 20001 rows; an XLSX file is made of at most 20000.',
        remedy: 'Ask for CSV (-o csv, format=csv), which has no limit.',
      }),
    );
  });

  it('are left out of a file in an archive table by table, with a sentence and their total', () => {
    const fits = documentOf(table('accounts', 3), table('jobs', 5));
    expect(withinXlsxRows(fits)).toEqual(fits);
    const [accounts, jobs, corrections] = withinXlsxRows(
      documentOf(table('accounts', 3), table('jobs', MOST_XLSX_ROWS), table('corrections', 2)),
    ).tables;
    expect(accounts?.rows).toHaveLength(3);
    expect(jobs?.rows).toEqual([{ values: ['20000 rows, too many for a workbook: they are in the CSV file of the same document.'] }]);
    expect(jobs?.total).toEqual({ values: ['Total'] });
    expect(corrections?.rows).toHaveLength(2);
  });
});
