import { randomBytes } from 'node:crypto';
import { isGuessable } from './secret-strength.ts';

describe('the strength of a signing secret', () => {
  it.each([
    ['one letter', 'a'.repeat(64)],
    ['two letters in turn', 'ab'.repeat(32)],
    ['a short word again and again', 'change-me-'.repeat(6)],
    ['a word that is cut short at the end', 'change-me-'.repeat(6).slice(0, 57)],
    ['digits in their order', '12345678901234567890123456789012'],
    ['letters in their order', 'abcdefghijklmnopqrstuvwxyz0123456789'],
    ['too few letters', 'q8Zk2'],
  ])('refuses %s', (_what, secret) => {
    expect(isGuessable(secret)).toBe(true);
  });

  it('takes a random secret whose digits repeat more than most', () => {
    expect(isGuessable('a8ea9d31eacedde11e81aaa9e2d7d1a9')).toBe(false);
  });

  it('takes what a random generator makes, as base64 or hexadecimal', () => {
    for (let turn = 0; turn < 500; turn += 1) {
      expect(isGuessable(randomBytes(32).toString('base64url'))).toBe(false);
      expect(isGuessable(randomBytes(16).toString('hex'))).toBe(false);
    }
  });
});
