/** Digits and capitals without I, O, S, V, Z, in the order of their values. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const MODULUS = 31;
const SHAPE = /^[1-9A-HJ-NPQRTUWXY][1-9A-HJ-NPQRTUWXY]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/** Check character of a unified social credit code over its first 17: weights are the powers of 3 modulo 31. */
export function creditCodeCheckCharacter(first17: string): string {
  let weight = 1;
  let sum = 0;
  for (const character of first17) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % MODULUS;
  }
  return ALPHABET.charAt((MODULUS - (sum % MODULUS)) % MODULUS);
}

/** What is wrong with a unified social credit code (统一社会信用代码, GB 32100-2015); undefined where it is right. */
export type CreditCodeFault = 'malformed' | 'checksum';

/** A code as people write it, without spaces and hyphens and in capitals. */
export function normalizedCreditCode(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}

/** What is wrong with a code as people write it; undefined where its form and its check character are right. */
export function creditCodeFault(typed: string): CreditCodeFault | undefined {
  const code = normalizedCreditCode(typed);
  if (!SHAPE.test(code)) return 'malformed';
  return creditCodeCheckCharacter(code.slice(0, 17)) === code.charAt(17) ? undefined : 'checksum';
}
