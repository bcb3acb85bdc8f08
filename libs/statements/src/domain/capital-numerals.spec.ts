import fc from 'fast-check';
import { capitalNumerals } from './capital-numerals.ts';

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const UNITS: Readonly<Record<string, bigint>> = { 拾: 10n, 佰: 100n, 仟: 1_000n, 万: 10_000n, 亿: 100_000_000n };

/** Reads an integer by splitting it at its largest unit. */
function read(text: string): bigint {
  const bare = text.replace(/^零+/, '');
  if (bare === '') return 0n;
  for (const unit of ['亿', '万', '仟', '佰', '拾']) {
    const at = bare.lastIndexOf(unit);
    if (at >= 0) return read(bare.slice(0, at)) * (UNITS[unit] ?? 0n) + read(bare.slice(at + 1));
  }
  return BigInt(DIGITS.indexOf(bare));
}

function readFen(text: string): bigint {
  if (text.startsWith('负')) return -readFen(text.slice(1));
  const [, yuan = '', jiao = '', fen = ''] = /^(?:(.+)元)?零?(?:(.)角)?(?:(.)分)?整?$/.exec(text) ?? [];
  return read(yuan) * 100n + read(jiao) * 10n + read(fen);
}

const amounts = fc.oneof(
  fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }),
  fc.bigInt({ min: 0n, max: 1_000_000n }),
  // Amounts with many zeros, where the rules of 零 are.
  fc.array(fc.constantFrom('0', '0', '0', '1', '9'), { minLength: 1, maxLength: 18 }).map((digits) => BigInt(digits.join(''))),
);

describe('amounts in capital numerals', () => {
  it.each([
    [0n, '零元整'],
    [5n, '伍分'],
    [50n, '伍角整'],
    [100n, '壹元整'],
    [1_000n, '壹拾元整'],
    [32_504n, '叁佰贰拾伍元零肆分'],
    [140_950n, '壹仟肆佰零玖元伍角整'],
    [600_714n, '陆仟零柒元壹角肆分'],
    [1_640_902n, '壹万陆仟肆佰零玖元零贰分'],
    [10_010_000n, '壹拾万零壹佰元整'],
    [10_700_053n, '壹拾万柒仟元伍角叁分'],
    [100_000_000n, '壹佰万元整'],
    [10_000_000_100n, '壹亿零壹元整'],
    [12_345_678_901_234n, '壹仟贰佰叁拾肆亿伍仟陆佰柒拾捌万玖仟零壹拾贰元叁角肆分'],
    [100_000_000_000_000n, '壹万亿元整'],
    [-123_456n, '负壹仟贰佰叁拾肆元伍角陆分'],
  ])('%s fen is %s', (fen, text) => {
    expect(capitalNumerals(fen)).toBe(text);
  });

  it('can be read back to the same amount, whatever it is', () => {
    fc.assert(
      fc.property(amounts, fc.boolean(), (size, negative) => {
        const fen = negative ? -size : size;
        expect(readFen(capitalNumerals(fen))).toBe(fen);
      }),
    );
  });

  it('has no two 零 in a row, none before a unit, and 整 unless it ends in fen', () => {
    fc.assert(
      fc.property(amounts, (fen) => {
        const text = capitalNumerals(fen);
        expect(text).not.toMatch(/零零|零[拾佰仟万亿角分整]|^零(?!元整$)/);
        expect(text).toMatch(fen % 10n === 0n ? /[元角]整$/ : /分$/);
      }),
    );
  });

  it('refuses what has no agreed name', () => {
    expect(() => capitalNumerals(10n ** 18n)).toThrow(/capital numerals/);
  });
});
