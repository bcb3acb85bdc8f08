import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { type CsvField, csvHundredths, csvOf } from './csv.ts';

describe('CSV (T5)', () => {
  it.each(['=cmd()', '+1', '-¥1.11', '@SUM(A1)', '\t=1', '\r=1', '＝cmd()', '＋1', '－1', '＠SUM(A1)'])(
    'keeps a spreadsheet from reading %j as a formula',
    (text) => {
      expect(csvOf([[text]]).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  it('writes hundredths as numbers with two decimals, beside text that stays safe', () => {
    expect(
      csvOf([
        ['=x', csvHundredths(-111n), csvHundredths(123_450n), ''],
        ['a,b', csvHundredths(0n)],
      ]),
    ).toBe('\'=x,-1.11,1234.50,\r\n"a,b",0.00\r\n');
  });

  it('leaves numbers numbers, and quotes as RFC 4180 asks', () => {
    expect(csvOf([['a,b', 'say "hi"', 'two\nlines', 'a\rb', -111n, -1.5, '1 = 1']])).toBe(
      '"a,b","say ""hi""","two\nlines","a\rb",-111,-1.5,1 = 1\r\n',
    );
  });

  it('writes the same bytes as every file before', () => {
    const rows = [
      ['月份', 'a,b', 'say "hi"', 'two\nlines', 'a\rb', '', ' lead', 'trail '],
      ['=1+1', '+1', '-1', '@x', '\tx', '\rx', '＝x', '－x'],
      [-111n, -1.5, 12, csvHundredths(-110n), csvHundredths(123_450n), csvHundredths(0n), { decimal: '-0.05' }, '1 = 1'],
      ['-¥1,234.50', '"', "'", ';', '|', '，', '\r\n', 'x\u2028y'],
      [''],
    ];
    expect(csvOf(rows)).toBe(
      '月份,"a,b","say ""hi""","two\nlines","a\rb",, lead,trail \r\n' +
        "'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",'＝x,'－x\r\n" +
        '-111,-1.5,12,-1.10,1234.50,0.00,-0.05,1 = 1\r\n' +
        '"\'-¥1,234.50","""",\',;,|,，,"\'\r\n",x\u2028y\r\n' +
        '\r\n',
    );
  });

  it('agrees with another writer of CSV about all rows', () => {
    const sign = fc.constantFrom(...Array.from('=+-@\t\r\n\u2028"\',; 0aé月＝＋－＠\uFEFF'));
    const field: fc.Arbitrary<CsvField> = fc.oneof(
      fc.string({ unit: sign, maxLength: 6 }),
      fc.string({ unit: 'grapheme' }),
      fc.bigInt(),
      fc.bigInt().map(csvHundredths),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const other = (rows: readonly (readonly CsvField[])[]): string =>
      stringify(
        rows.map((row) => [...row]),
        {
          ...{ escape_formulas: true, record_delimiter: 'windows', quote_record_delimiter: true },
          cast: { object: (value) => ({ value: (value as unknown as { decimal: string }).decimal, escape_formulas: false }) },
        },
      );
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 1 })), (rows) => {
        expect(csvOf(rows)).toBe(other(rows));
      }),
      { numRuns: 1_000 },
    );
  });
});
