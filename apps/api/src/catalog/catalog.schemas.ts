import { z } from 'zod';
import type { GpuClass, ListPrice } from '#catalog';
import { type Fen, jsonInteger } from '#kernel';
import { amount, amountInput, instant, instantInput, text } from '../http/wire.ts';

export const gpuClassCode = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'A class code: letters, digits, ".", "_" and "-"');

const described = {
  name: text(80),
  vendor: text(32).describe('Such as nvidia, ascend, cambricon, metax'),
  resourceName: text(130).describe('As the device plugin announces it, such as nvidia.com/gpu'),
  nodeSelector: z.record(z.string().max(317), z.string().max(63)).describe('Labels of the nodes that carry the class'),
  gpusPerNode: z.int().min(1).max(1024),
  weight: z.int().min(1).max(10_000).describe('How much a GPU-second counts in fair share'),
  active: z.boolean().describe('false: no new jobs'),
};

export const gpuClassInput = z.strictObject({ code: gpuClassCode, ...described }).partial(
  // What is left out is that of a node of eight NVIDIA GPUs.
  { name: true, vendor: true, resourceName: true, nodeSelector: true, gpusPerNode: true, weight: true, active: true },
);
export const gpuClassChange = z.strictObject(described).partial();

export const gpuClassAnswer = z
  .object({ code: z.string(), ...described, listPriceFen: amount.nullable().describe('Fen per GPU-hour now'), version: z.int() })
  .meta({ id: 'GpuClass' });
export const gpuClassesAnswer = z.object({ items: z.array(gpuClassAnswer) });

export const priceInput = z.strictObject({ from: instantInput, fenPerGpuHour: amountInput });
export const pricesAnswer = z.object({ items: z.array(z.object({ from: instant, fenPerGpuHour: amount })) }).meta({ id: 'PriceBook' });

export function showClass(gpuClass: GpuClass, price: Fen | undefined): z.infer<typeof gpuClassAnswer> {
  return { ...gpuClass, nodeSelector: { ...gpuClass.nodeSelector }, listPriceFen: price === undefined ? null : jsonInteger(price) };
}

export function showPrices(prices: readonly ListPrice[]): z.infer<typeof pricesAnswer> {
  return { items: prices.map(({ from, fenPerGpuHour }) => ({ from: from.toISOString(), fenPerGpuHour: jsonInteger(fenPerGpuHour) })) };
}
