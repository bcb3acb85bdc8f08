import fc from 'fast-check';
import { jsonInteger } from './json-integer.ts';
import { jsonPointer } from './json-pointer.ts';

describe('JSON', () => {
  it('integers are exact, or refused', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }), (value) => {
        expect(BigInt(jsonInteger(value))).toBe(value);
      }),
    );
    for (const value of [2n ** 53n, -(2n ** 53n)]) expect(() => jsonInteger(value)).toThrow(`${value} does not fit a JSON integer`);
  });

  it('pointers escape as RFC 6901 says', () => {
    expect(jsonPointer([])).toBe('');
    expect(jsonPointer(['spec', 'command', 2])).toBe('/spec/command/2');
    expect(jsonPointer(['a/b', 'm~n', '~1', ''])).toBe('/a~1b/m~0n/~01/');
  });
});
