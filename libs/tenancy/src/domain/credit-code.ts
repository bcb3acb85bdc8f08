import { creditCodeCheckCharacter, creditCodeFault, DomainError, normalizedCreditCode } from '#kernel';

/** A unified social credit code (统一社会信用代码) whose check character is right (GB 32100-2015). */
export type CreditCode = string & { readonly creditCode: true };

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
  const code = normalizedCreditCode(text);
  const fault = creditCodeFault(text);
  if (fault === 'malformed') {
    throw new DomainError('company.credit-code-malformed', {
      field,
      detail: `"${text}" is not a unified social credit code: 18 digits and capitals without I, O, S, V, Z.`,
      remedy: 'Copy the code from the business licence.',
    });
  }
  if (fault === 'checksum') {
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
  return `${first17}${creditCodeCheckCharacter(first17)}` as CreditCode;
}
