import fc from 'fast-check';
import { canonicalJson, digestOf } from './canonical-json.ts';

const statement = {
  ...{ tenantId: 'company_1', month: '2026-10', jobs: [], later: undefined },
  accounts: [
    {
      ...{ unit: 'CNY', account: 'grant:g1', opening: 0n, closing: 5n },
      movements: [
        { kind: 'grant.opened', amount: 12n },
        { kind: 'usage.metered', amount: -7n },
      ],
    },
  ],
  totals: { gpuSeconds: 10n, listFen: 7n, subsidyFen: 7n, selfPaidFen: 0n, absorbedFen: 0n },
};

describe('the canonical form of a document (T3, T5)', () => {
  // Statements of closed months carry digests like these: they must never change.
  it.each<[object, string, string]>([
    [{}, '{}', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'],
    [
      { b: 1n, a: [3n, -2n, 0n], é: 'ü', 公司: '极订（上海）', '\u20ac': 1, '\ud83d\ude00': 2, '\ufb33': 3, A: null },
      '{"A":null,"a":[3,-2,0],"b":1,"é":"ü","€":1,"公司":"极订（上海）","\ud83d\ude00":2,"\ufb33":3}',
      '657e8acaee5362f2a876b74dc3a88a558d6e3a95268ed9d40bd471f857bbaf70',
    ],
    [
      {
        ...{ text: 'a"b\\c\n\t\u0007\u2028/\u007f', half: 0.5, exponent: 1e21, tiny: 1e-7, minusZero: -0, yes: true, no: false },
        ...{ big: 9_007_199_254_740_991n, small: -9_007_199_254_740_991n },
      },
      '{"big":9007199254740991,"exponent":1e+21,"half":0.5,"minusZero":0,"no":false,"small":-9007199254740991,' +
        '"text":"a\\"b\\\\c\\n\\t\\u0007\u2028/\u007f","tiny":1e-7,"yes":true}',
      'aed29b0bda28667facf26808eedc05da20d199d8c2a41d5687b0014980cc589b',
    ],
    [
      statement,
      '{"accounts":[{"account":"grant:g1","closing":5,"movements":[{"amount":12,"kind":"grant.opened"},' +
        '{"amount":-7,"kind":"usage.metered"}],"opening":0,"unit":"CNY"}],"jobs":[],"month":"2026-10","tenantId":"company_1",' +
        '"totals":{"absorbedFen":0,"gpuSeconds":10,"listFen":7,"selfPaidFen":0,"subsidyFen":7}}',
      '49f47534be0b97b21dd2ded41880b789a09b920d5797735cc501a107b031bc92',
    ],
  ])('of document %#', (document, canonical, digest) => {
    expect(canonicalJson(document)).toBe(canonical);
    expect(digestOf(document)).toBe(digest);
  });

  it('is the same for the same facts in any order, and says the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (document) => {
        const reversed = Object.fromEntries(Object.entries(document).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(document));
        expect(JSON.parse(canonicalJson(document))).toEqual(JSON.parse(JSON.stringify(document)));
      }),
    );
  });

  it('has no form for what JSON cannot say exactly', () => {
    expect(() => canonicalJson({ amount: 2n ** 53n })).toThrow('9007199254740992 does not fit a JSON integer');
    expect(() => canonicalJson({ amount: Infinity })).toThrow('Infinity is not allowed');
    expect(() => canonicalJson({ text: '\ud800' })).toThrow('Lone surrogate is not allowed');
  });
});
