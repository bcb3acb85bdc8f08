import type { DomainError } from '#kernel';
import { checkPassword } from './passwords.ts';

const account = { email: 'li.ming@jiding.example', name: 'Zhang Xiaohong' };

function codeOf(password: string): string | undefined {
  try {
    checkPassword(password, account);
    return undefined;
  } catch (error) {
    return (error as DomainError).code;
  }
}

describe('a password', () => {
  it.each([
    ['kurz', 'password.short'],
    ['😀'.repeat(9), 'password.short'],
    ['x'.repeat(129), 'password.long'],
    ['password12', 'password.breached'],
    ['Password2024!', 'password.breached'],
    ['P@ssw0rd123', 'password.breached'],
    ['qwertyuiop', 'password.breached'],
    ['1234567890', 'password.breached'],
    ['aaaaaaaaaaaaaa', 'password.guessable'],
    ['abcdefghijkl', 'password.guessable'],
    ['ab'.repeat(64), 'password.guessable'],
    ['Speedspace-99', 'password.guessable'],
    ['li.ming-2026', 'password.guessable'],
    ['ZhangXiaohong1', 'password.guessable'],
    ['li.ming@jiding.example', 'password.guessable'],
  ])('%s is refused with %s', (password, code) => {
    expect(codeOf(password)).toBe(code);
  });

  it.each(['quartz lantern 42 meadow', 'bamboo station 9 ripple', '海上生明月天涯共此时夜深', 'kV9#tq!x2Lm0'])(
    '%s is accepted',
    (password) => {
      expect(codeOf(password)).toBeUndefined();
    },
  );
});
