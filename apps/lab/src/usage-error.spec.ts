import { parseArgs } from 'node:util';
import { isUsage, numberOf, numbersOf, UsageError } from './usage-error.ts';

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('the flags of the lab’s commands', () => {
  it.each([
    ['7', undefined],
    ['0.1', 1],
  ])('take the number %s', (text, most) => {
    expect(numberOf('--scale', text, most)).toBe(Number(text));
  });

  it.each([
    ['0', undefined, '--scale takes a number above 0, and "0" was given.'],
    ['-3', undefined, '--scale takes a number above 0, and "-3" was given.'],
    ['many', undefined, '--scale takes a number above 0, and "many" was given.'],
    ['', undefined, '--scale takes a number above 0, and "" was given.'],
    ['Infinity', undefined, '--scale takes a number above 0, and "Infinity" was given.'],
    ['1.5', 1, '--scale takes a number above 0 up to 1, and "1.5" was given.'],
  ])('refuse the number %j in a sentence', (text, most, sentence) => {
    expect(errorOf(() => numberOf('--scale', text, most))).toEqual(new UsageError(sentence));
  });

  it('take several numbers, and refuse all for one that is none', () => {
    expect(numbersOf('--jobs', '100,2000')).toEqual([100, 2_000]);
    expect(errorOf(() => numbersOf('--jobs', '100,,2000'))).toEqual(new UsageError('--jobs takes a number above 0, and "" was given.'));
  });

  it('tell a wrong call from any other error', () => {
    expect(isUsage(errorOf(() => parseArgs({ args: ['--nonsense'], options: {} })))).toBe(true);
    expect(isUsage(new UsageError('one more'))).toBe(true);
    expect([new Error('x'), Object.assign(new Error('x'), { code: 'ENOENT' }), 'x'].map(isUsage)).toEqual([false, false, false]);
  });
});
