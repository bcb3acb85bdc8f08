import { formatQuantity, parseQuantity } from '#kernel';

/** Thousandths of a core of a Kubernetes quantity such as `8`, `0.5` or `500m`, rounded up; undefined when `text` is not one above zero. */
export function parseCpu(text: string): number | undefined {
  return countable(parseQuantity(text));
}

/** Bytes of a Kubernetes quantity such as `64Gi`, `1.5Ti` or `5e8`, rounded up; undefined when `text` is not one above zero. */
export function parseMemory(text: string): number | undefined {
  const thousandths = parseQuantity(text);
  return countable(thousandths === undefined ? undefined : (thousandths + 999n) / 1000n);
}

/** Undefined also for what a number cannot count exactly. */
function countable(amount: bigint | undefined): number | undefined {
  return amount !== undefined && amount > 0n && amount <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(amount) : undefined;
}

/** `millicores` as Kubernetes writes it: `8` or `500m`. */
export function formatCpu(millicores: number): string {
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** `bytes` in the largest binary unit that holds it exactly, such as `64Gi`. */
export function formatMemory(bytes: number): string {
  return formatQuantity(BigInt(bytes) * 1000n, 'binary');
}
