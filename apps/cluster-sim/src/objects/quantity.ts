import { formatQuantity, parseQuantity } from '#kernel';

/** As `parseQuantity`, for a text that was validated before. */
export function quantity(text: string | undefined): bigint {
  return text === undefined ? 0n : (parseQuantity(text) ?? 0n);
}

/** The quantity in its canonical form, in the notation it was written in. */
export function canonicalQuantity(text: string): string {
  const value = parseQuantity(text);
  if (value === undefined) return text;
  return formatQuantity(value, text.endsWith('i') ? 'binary' : 'decimal');
}
