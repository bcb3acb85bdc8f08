import fc from 'fast-check';
import { showsSecondFactor } from './authentication-methods.ts';

describe('the methods by which an OpenID provider authenticated somebody (RFC 8176)', () => {
  it.each([
    [['mfa'], true],
    [['pwd', 'otp'], true],
    [['pwd', 'hwk'], true],
    [['pin', 'hwk'], true],
    [['fpt', 'hwk'], true],
    [['pwd', 'mfa'], true],
    [['sms'], false],
    [['hwk'], false],
    [['otp'], false],
    [['pwd', 'sms'], false],
    [['pwd', 'tel'], false],
    [['pwd', 'pin'], false],
    [['otp', 'hwk'], false],
    [['constructor', 'pwd'], false],
    [['user', 'geo', 'rba', 'mca', 'pwd'], false],
    [[], false],
    [undefined, false],
    ['mfa', false],
    [[1, null, { mfa: true }], false],
  ])('%j shows a second factor: %s', (methods, shown) => {
    expect(showsSecondFactor(methods)).toBe(shown);
  });

  it('never counts one method alone, however often it is named, but mfa', () => {
    const method = fc.oneof(fc.constantFrom('pwd', 'pin', 'otp', 'hwk', 'swk', 'sms', 'tel', 'fpt', 'face', 'sc'), fc.string());
    fc.assert(
      fc.property(method, fc.integer({ min: 1, max: 5 }), (name, times) => {
        expect(showsSecondFactor(Array<string>(times).fill(name))).toBe(name === 'mfa');
      }),
    );
  });
});
