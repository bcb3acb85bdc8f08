const BINARY_SUFFIXES = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL_SUFFIXES = ['k', 'M', 'G', 'T', 'P', 'E'];
const EXPONENTS: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const QUANTITY = /^([+-])?(\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,2}))?$/;

/**
 * A Kubernetes quantity such as `8`, `500m`, `64Gi`, `1.5Ti` or `5e8`, in thousandths; undefined when `text` is not one. A fraction of a
 * thousandth is rounded away from zero, as Kubernetes' own `MilliValue` does.
 *
 * `quantityToScalar` of the Kubernetes client is no substitute: it throws on `1.5Gi`, and returns floats or bigints by the suffix.
 */
export function parseQuantity(text: string): bigint | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = '', binary, decimal = '', exponent = '0'] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  const power = (EXPONENTS[decimal] ?? Number(exponent)) + 3 - fraction.length;
  const factor = binary === undefined ? 1n : 1024n ** BigInt(BINARY_SUFFIXES.indexOf(binary) + 1);
  const size = BigInt(whole + fraction) * factor;
  const thousandths = power >= 0 ? size * 10n ** BigInt(power) : dividedUp(size, 10n ** BigInt(-power));
  return sign === '-' ? -thousandths : thousandths;
}

/** `thousandths` in Kubernetes' canonical form: with the largest suffix that holds it exactly, a fraction as thousandths (`1500m`). */
export function formatQuantity(thousandths: bigint, style: 'binary' | 'decimal'): string {
  if (thousandths % 1000n !== 0n) return `${thousandths}m`;
  const [step, suffixes] = style === 'binary' ? [1024n, BINARY_SUFFIXES] : [1000n, DECIMAL_SUFFIXES];
  let value = thousandths / 1000n;
  let written = '';
  for (const suffix of suffixes) {
    if (value === 0n || value % step !== 0n) break;
    value /= step;
    written = suffix;
  }
  return `${value}${written}`;
}

function dividedUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
