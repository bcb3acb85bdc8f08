import fc from 'fast-check';
import { parseCreditCode, syntheticCreditCode } from './credit-code.ts';

describe('unified social credit code (GB 32100)', () => {
  // Published codes of well-known companies: Tencent, Alibaba, Huawei, Ping An.
  it.each(['9144030071526726XG', '91330100799655058B', '914403001922038216', '91440300100012316L'])('accepts %s', (code) => {
    expect(parseCreditCode(code)).toBe(code);
  });

  it('forgives spaces and lower case', () => {
    expect(parseCreditCode(' 9144 0300 7152 6726xg ')).toBe('9144030071526726XG');
  });

  it('notices every single mistyped character', () => {
    const alphabet = Array.from('0123456789ABCDEFGHJKLMNPQRTUWXY');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.nat(17), fc.constantFrom(...alphabet), (n, position, typed) => {
        const code = syntheticCreditCode(n);
        fc.pre(code[position] !== typed);
        expect(() => parseCreditCode(code.slice(0, position) + typed + code.slice(position + 1))).toThrow(/credit-code/);
      }),
    );
  });

  it.each(['', '9144030071526726X', '9144030071526726XGG', '9144030071526726XI', '91440300715267二六XG'])('refuses %j', (text) => {
    expect(() => parseCreditCode(text)).toThrow('company.credit-code-malformed');
  });

  it('makes as many distinct valid codes as a replay has tenants', () => {
    const codes = Array.from({ length: 500 }, (_, n) => parseCreditCode(syntheticCreditCode(n)));
    expect(new Set(codes).size).toBe(500);
  });
});
