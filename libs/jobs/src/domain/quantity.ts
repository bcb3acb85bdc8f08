/** Kubernetes' suffixes (`k8s.io/apimachinery/pkg/api/resource`), as multiples of a billionth. */
const BILLIONTHS: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1_000n,
  m: 1_000_000n,
  '': 10n ** 9n,
  k: 10n ** 12n,
  M: 10n ** 15n,
  G: 10n ** 18n,
  T: 10n ** 21n,
  P: 10n ** 24n,
  E: 10n ** 27n,
  Ki: (10n ** 9n) << 10n,
  Mi: (10n ** 9n) << 20n,
  Gi: (10n ** 9n) << 30n,
  Ti: (10n ** 9n) << 40n,
  Pi: (10n ** 9n) << 50n,
  Ei: (10n ** 9n) << 60n,
};
const QUANTITY = /^\+?(\d{1,18})?(?:\.(\d{0,18}))?(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d{1,2}))?$/;
const BINARY_UNITS = ['Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const;

/** Thousandths of a core of a Kubernetes quantity such as `8`, `0.5` or `500m`; undefined when `text` is not one or is nothing. */
export function parseCpu(text: string): number | undefined {
  return inUnitsOf(1_000_000n, text);
}

/** Bytes of a Kubernetes quantity such as `64Gi`, `1.5Ti` or `5e8`; undefined when `text` is not one or exceeds what can be counted exactly. */
export function parseMemory(text: string): number | undefined {
  return inUnitsOf(10n ** 9n, text);
}

/** The quantity in units of so many billionths, rounded up as Kubernetes does. */
function inUnitsOf(unit: bigint, text: string): number | undefined {
  const billionths = parseBillionths(text);
  if (billionths === undefined || billionths <= 0n) return undefined;
  const value = Number((billionths + unit - 1n) / unit);
  return Number.isSafeInteger(value) ? value : undefined;
}

function parseBillionths(text: string): bigint | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', suffix = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction) * (BILLIONTHS[suffix] ?? 0n);
  const shift = Number(exponent) - fraction.length;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (digits + divisor - 1n) / divisor;
}

/** `millicores` as Kubernetes writes it: `8` or `500m`. */
export function formatCpu(millicores: number): string {
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** `bytes` in the largest binary unit that holds it exactly, such as `64Gi`. */
export function formatMemory(bytes: number): string {
  const unit = BINARY_UNITS.find((candidate) => bytes % bytesOf(candidate) === 0);
  return unit === undefined ? String(bytes) : `${bytes / bytesOf(unit)}${unit}`;
}

function bytesOf(unit: (typeof BINARY_UNITS)[number]): number {
  return 2 ** (10 * (BINARY_UNITS.length - BINARY_UNITS.indexOf(unit)));
}
