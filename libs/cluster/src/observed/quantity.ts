import { parseQuantity } from '#kernel';

/** A Kubernetes quantity of a node or pod as a number, exact to the thousandth; 0 where there is none. */
export function amountOf(quantity: string | undefined): number {
  const thousandths = parseQuantity(quantity ?? '') ?? 0n;
  return Number(thousandths / 1000n) + Number(thousandths % 1000n) / 1000;
}
