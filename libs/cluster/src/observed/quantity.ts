const SCALES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const QUANTITY = /^([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/;

/** A Kubernetes quantity as a number; 0 where there is none. */
export function parseQuantity(quantity: string | undefined): number {
  const match = QUANTITY.exec(quantity ?? '');
  return match === null ? 0 : Number(match[1]) * (SCALES[match[2] ?? ''] ?? 0);
}
