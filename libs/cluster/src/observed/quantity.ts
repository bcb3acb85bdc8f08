import { parseQuantity } from '#kernel';

/** A text of the cluster that should be a Kubernetes quantity and is not. */
export class UnreadableQuantity extends Error {
  constructor(quantity: string) {
    super(`"${quantity}" is not a Kubernetes quantity`);
  }
}

/** A Kubernetes quantity of a node or pod in thousandths; 0 where there is none. @throws UnreadableQuantity */
export function thousandthsOf(quantity: string | undefined): bigint {
  if (quantity === undefined) return 0n;
  const thousandths = parseQuantity(quantity);
  if (thousandths === undefined) throw new UnreadableQuantity(quantity);
  return thousandths;
}

/** Whether a text of the cluster is absent or a Kubernetes quantity. */
export function isReadable(quantity: string | undefined): boolean {
  return quantity === undefined || parseQuantity(quantity) !== undefined;
}

/** A Kubernetes quantity of a node or pod as a number, exact to the thousandth; 0 where there is none, or none that can be read. */
export function amountOf(quantity: string | undefined): number {
  return numberOf(parseQuantity(quantity ?? '') ?? 0n);
}

export function numberOf(thousandths: bigint): number {
  return Number(thousandths / 1000n) + Number(thousandths % 1000n) / 1000;
}
