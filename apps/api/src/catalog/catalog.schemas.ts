import { z } from 'zod';
import { type GpuClass, type ListPrice, MOST_TOLERATIONS, TAINT_EFFECTS, TOLERATION_OPERATORS } from '#catalog';
import { type Fen, jsonInteger } from '#kernel';
import { amount, amountInput, instant, instantInput, text } from '../http/wire.ts';

export const gpuClassCode = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'A class code: letters, digits, ".", "_" and "-"');

const toleration = z.strictObject({
  key: z.string().max(317).exactOptional().describe('Key of the taint; left out with the operator Exists: every taint'),
  operator: z.enum(TOLERATION_OPERATORS),
  value: z.string().max(63).exactOptional().describe('Value of the taint, with the operator Equal'),
  effect: z.enum(TAINT_EFFECTS).exactOptional().describe('Left out: every effect'),
  tolerationSeconds: z
    .int()
    .min(0)
    .exactOptional()
    .describe('Only with the effect NoExecute: for how long a pod stays on its node after the node gets the taint'),
});

const described = {
  name: text(80),
  vendor: text(32).describe('Such as nvidia, ascend, cambricon, metax'),
  resourceName: text(130).describe('As the device plugin announces it, such as nvidia.com/gpu'),
  nodeSelector: z.record(z.string().max(317), z.string().max(63)).describe('Labels of the nodes that carry the class'),
  runtimeClassName: z
    .string()
    .max(253)
    .nullable()
    .describe('The RuntimeClass of the cluster that runs the pods; null: the default of the node. The next attempts of jobs use a change'),
  tolerations: z
    .array(toleration)
    .max(MOST_TOLERATIONS)
    .describe(
      'Taints of nodes that the pods tolerate, besides one whose key is the resource name. Nodes with other taints take no pods of the class',
    ),
  gpusPerNode: z.int().min(1).max(1024),
  weight: z.int().min(1).max(10_000).describe('How much a GPU-second counts in fair share'),
  active: z.boolean().describe('false: no new jobs'),
};

/** A toleration in a request: without an operator, it is `Equal`. */
const writtenTolerations = z
  .array(toleration.extend({ operator: toleration.shape.operator.exactOptional().describe('Left out: Equal') }))
  .max(MOST_TOLERATIONS)
  .describe('All of them: a change replaces the list');

export const gpuClassChange = z.strictObject({ ...described, tolerations: writtenTolerations }).partial();
// The defaults are those of a node with eight NVIDIA GPUs.
export const gpuClassInput = z.strictObject({ code: gpuClassCode, ...gpuClassChange.shape });

export const gpuClassAnswer = z
  .object({ code: z.string(), ...described, listPriceFen: amount.nullable().describe('Fen per GPU-hour now'), version: z.int() })
  .meta({ id: 'GpuClass' });
export const gpuClassesAnswer = z.object({ items: z.array(gpuClassAnswer) });

export const priceInput = z.strictObject({ from: instantInput, fenPerGpuHour: amountInput });
export const pricesAnswer = z.object({ items: z.array(z.object({ from: instant, fenPerGpuHour: amount })) }).meta({ id: 'PriceBook' });

export function showClass(gpuClass: GpuClass, price: Fen | undefined): z.infer<typeof gpuClassAnswer> {
  return {
    ...gpuClass,
    nodeSelector: { ...gpuClass.nodeSelector },
    tolerations: [...gpuClass.tolerations],
    listPriceFen: price === undefined ? null : jsonInteger(price),
  };
}

export function showPrices(prices: readonly ListPrice[]): z.infer<typeof pricesAnswer> {
  return { items: prices.map(({ from, fenPerGpuHour }) => ({ from: from.toISOString(), fenPerGpuHour: jsonInteger(fenPerGpuHour) })) };
}
