import { csvHundredths, csvOf } from './csv.ts';

describe('CSV (T5)', () => {
  it.each(['=cmd()', '+1', '-¥1.11', '@SUM(A1)', '\t=1', '\r=1', '＝cmd()', '＋1', '－1', '＠SUM(A1)'])(
    'keeps %j from being taken for a formula',
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

  it('leaves numbers numbers, and quotes what RFC 4180 asks to', () => {
    expect(csvOf([['a,b', 'say "hi"', 'two\nlines', 'a\rb', -111n, -1.5, '1 = 1']])).toBe(
      '"a,b","say ""hi""","two\nlines","a\rb",-111,-1.5,1 = 1\r\n',
    );
  });
});
