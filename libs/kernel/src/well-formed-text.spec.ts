import fc from 'fast-check';
import { faultyTexts, shortened } from './well-formed-text.ts';

const pathsIn = (value: unknown) => faultyTexts(value).map(({ path }) => path);

describe('text that no database can hold', () => {
  it('is found anywhere, in the order of the value', () => {
    expect(pathsIn({ a: ['x', 'b\0'], 'k\ud800': 1, c: { d: '\udc00' }, fine: '😀 训练' })).toEqual([['a', 1], ['k\ud800'], ['c', 'd']]);
    expect(pathsIn('\0')).toEqual([[]]);
    expect(pathsIn([null, 7, true, Buffer.from('\0')])).toEqual([]);
  });

  it('is not looked for beyond a depth that is a fault itself, and no more is reported than asked for', () => {
    let deep: unknown = '\0';
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(faultyTexts(deep)).toEqual([{ path: Array.from({ length: 65 }, () => 0), detail: 'It is nested deeper than 64 levels.' }]);
    expect(
      faultyTexts(
        Array.from({ length: 1_000 }, () => '\0'),
        7,
      ),
    ).toHaveLength(7);
  });

  it('is all text that UTF-8 cannot say, and NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(faultyTexts(text).length > 0).toBe(!text.isWellFormed() || text.includes('\0'));
      }),
    );
  });
});

describe('a shortened text', () => {
  it('is cut between characters, and has no NUL', () => {
    expect(shortened(' not found\0 \n', 20)).toBe('not found');
    expect(shortened('找不到镜像', 3)).toBe('找不到…');
    expect(shortened('ab😀c', 3)).toBe('ab…');
  });

  it('can be stored, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\0', '\uD83D', '\uDE00') }), fc.nat(8), (text, most) => {
        expect(faultyTexts(shortened(text, most))).toEqual([]);
        expect(shortened(text, most).length).toBeLessThanOrEqual(most + 1);
      }),
    );
  });
});
