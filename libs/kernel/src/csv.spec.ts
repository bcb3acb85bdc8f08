import { csvHundredths, csvOf } from './csv.ts';

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
});
