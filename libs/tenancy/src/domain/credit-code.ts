import { DomainError } from '#kernel';

/** A unified social credit code (统一社会信用代码) whose check character is right (GB 32100-2015). */
export type CreditCode = string & { readonly creditCode: true };

/** Digits and capitals without I, O, S, V, Z, in the order of their values. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const MODULUS = 31;
const SHAPE = /^[1-9A-HJ-NPQRTUWXY][1-9A-HJ-NPQRTUWXY]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/** Check character over the first 17: weights are the powers of 3 modulo 31. */
function checkCharacter(first17: string): string {
  let weight = 1;
  let sum = 0;
  for (const character of first17) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % MODULUS;
  }
  return ALPHABET.charAt((MODULUS - (sum % MODULUS)) % MODULUS);
}

/** Check character of an organisation code (GB 11714), characters 9 to 17 of a credit code. */
function organisationCheckCharacter(first8: string): string {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const sum = weights.reduce((total, weight, index) => total + digits.indexOf(first8.charAt(index)) * weight, 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? 'X' : String(check);
}

/** Reads a code as people write it. Spaces and lower case are accepted, a wrong check character is not. */
export function parseCreditCode(text: string, field = '/creditCode'): CreditCode {
  const code = text.replace(/[\s-]/g, '').toUpperCase();
  if (!SHAPE.test(code)) {
    throw new DomainError('company.credit-code-malformed', {
      field,
      detail: `"${text}" is not a unified social credit code: 18 digits and capitals without I, O, S, V, Z.`,
      remedy: 'Copy the code from the business licence.',
    });
  }
  if (checkCharacter(code.slice(0, 17)) !== code.charAt(17)) {
    throw new DomainError('company.credit-code-checksum', {
      field,
      detail: `The check character of "${code}" is wrong: one of its characters was mistyped.`,
      remedy: 'Compare it with the business licence.',
    });
  }
  return code as CreditCode;
}

/** The `n`th of a series of valid codes of Xuhui district that no company has: for demo, tests and replay. */
export function syntheticCreditCode(n: number): CreditCode {
  const serial = `MA${String(n).padStart(6, '0')}`;
  const first17 = `91310104${serial}${organisationCheckCharacter(serial)}`;
  return `${first17}${checkCharacter(first17)}` as CreditCode;
}
