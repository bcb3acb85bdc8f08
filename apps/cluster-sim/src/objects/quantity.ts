const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?$/;
const DECIMAL_EXPONENT: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** A Kubernetes quantity in thousandths, rounded up as the API server does below the thousandth; undefined when it is none. */
export function parseQuantity(text: string): bigint | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = '', binary, decimal, exponent] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  const power = (decimal === undefined ? Number(exponent ?? 0) : (DECIMAL_EXPONENT[decimal] ?? 0)) + 3 - fraction.length;
  if (Math.abs(power) > 40) return undefined;
  let value = BigInt(whole + fraction);
  if (binary !== undefined) value *= 1024n ** BigInt(BINARY.indexOf(binary) + 1);
  if (power >= 0) value *= 10n ** BigInt(power);
  else value = ceilDivide(value, 10n ** BigInt(-power));
  return sign === '-' ? -value : value;
}

/** As `parseQuantity`, for a text already checked. */
export function quantity(text: string | undefined): bigint {
  return text === undefined ? 0n : (parseQuantity(text) ?? 0n);
}

/** The canonical form: whole numbers bare or with the greatest suffix that loses nothing, fractions as thousandths. */
export function formatQuantity(thousandths: bigint, style: 'binary' | 'decimal' = 'decimal'): string {
  if (thousandths % 1000n !== 0n) return `${thousandths}m`;
  let value = thousandths / 1000n;
  const [step, suffixes] = style === 'binary' ? [1024n, BINARY] : [1000n, ['k', 'M', 'G', 'T', 'P', 'E']];
  let suffix = '';
  for (const next of suffixes) {
    if (value === 0n || value % step !== 0n) break;
    value /= step;
    suffix = next;
  }
  return `${value}${suffix}`;
}

/** The quantity in its canonical form, in the notation it was written in. */
export function canonicalQuantity(text: string): string {
  const value = parseQuantity(text);
  if (value === undefined) return text;
  return formatQuantity(value, text.endsWith('i') ? 'binary' : 'decimal');
}

function ceilDivide(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
