const MEMORY_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};
const MEMORY = /^([1-9]\d{0,15})(k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;
const CPU = /^(\d{1,6})(?:\.(\d{1,3}))?$|^([1-9]\d{0,8})m$/;

/** Thousandths of a core of a Kubernetes quantity such as `8`, `0.5` or `500m`; undefined when `text` is not one or is nothing. */
export function parseCpu(text: string): number | undefined {
  const match = CPU.exec(text);
  if (match === null) return undefined;
  const [, cores, fraction = '', millis] = match;
  const value = millis === undefined ? Number(cores) * 1000 + Number(fraction.padEnd(3, '0')) : Number(millis);
  return value > 0 ? value : undefined;
}

/** Bytes of a Kubernetes quantity such as `64Gi` or `500M`; undefined when `text` is not one or exceeds what can be counted exactly. */
export function parseMemory(text: string): number | undefined {
  const match = MEMORY.exec(text);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * (MEMORY_BYTES[match[2] ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `millicores` as Kubernetes writes it: `8` or `500m`. */
export function formatCpu(millicores: number): string {
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** `bytes` in the largest binary unit that holds it exactly, such as `64Gi`. */
export function formatMemory(bytes: number): string {
  const unit = ['Pi', 'Ti', 'Gi', 'Mi', 'Ki'].find((candidate) => bytes % (MEMORY_BYTES[candidate] ?? 1) === 0) ?? '';
  return `${bytes / (MEMORY_BYTES[unit] ?? 1)}${unit}`;
}
