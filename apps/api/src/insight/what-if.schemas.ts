import { z } from 'zod';
import type { WhatIf, WhatIfSums } from '#insight';
import { jsonInteger, UNITS } from '#kernel';
import { gpuClassCode } from '../catalog/catalog.schemas.ts';
import { amount, amountInput, month } from '../http/wire.ts';
import { programmeId } from '../programmes/programme.schemas.ts';

const MOST_CHANGES = 100;

export const whatIfInput = z.strictObject({
  from: month.describe('First month'),
  until: month.describe('Last month; at most 12 months in all, closed or open'),
  programmes: z
    .array(
      z.strictObject({
        programmeId,
        coverageBp: z.int().min(1).max(10_000).transform(BigInt).optional().describe('The part of the list cost that it pays, in 1/10,000'),
        monthlyCapPerTenant: amountInput.nullable().optional().describe('In the unit of the programme; null: no cap'),
        capPerTenant: amountInput.nullable().optional().describe('In the unit of the programme; null: no cap'),
      }),
    )
    .max(MOST_CHANGES)
    .default([])
    .describe('Other terms of programmes; what is left out stays as it is'),
  gpuClasses: z
    .array(z.strictObject({ gpuClass: gpuClassCode, fenPerGpuHour: amountInput }))
    .max(MOST_CHANGES)
    .default([])
    .describe('Other prices, for all usage of these months'),
});

const paidSums = z
  .object({
    gpuSeconds: amount,
    listFen: amount.describe('The list cost: what programmes, wallets and the park paid together'),
    programmes: z.array(
      z.object({
        programmeId: z.string(),
        unit: z.enum(UNITS).describe('CNY: paid is fen; GPU_SECONDS: paid is GPU-seconds'),
        paid: amount,
        listFen: amount.describe('List cost that it covered'),
      }),
    ),
    subsidyFen: amount.describe('List cost that all programmes covered'),
    selfPaidFen: amount,
    writtenOffFen: amount.describe('Written off by the park'),
    unfundedGpuSeconds: amount.describe('GPU-seconds that no grant and no wallet paid'),
  })
  .meta({ id: 'WhatIfPaid' });

const sums = {
  charged: paidSums.describe('As it was really charged'),
  before: paidSums.describe('Replayed with the present terms'),
  after: paidSums.describe('Replayed with the changed terms'),
  difference: paidSums.describe('After, less before'),
  exact: z.boolean().describe('Whether the replay with the present terms is what was really charged'),
  disagreementFen: amount.describe('By how much it is not, in fen of list cost; differences are not taken against each other'),
};

export const whatIfAnswer = z
  .object({
    from: month,
    until: month,
    totals: z.object(sums),
    programmes: z.array(z.object({ programmeId: z.string(), code: z.string(), name: z.string(), funder: z.string() })),
    companies: z.array(z.object({ companyId: z.string(), companyName: z.string(), ...sums })),
  })
  .meta({ id: 'WhatIf' });

type Paid = WhatIfSums['before'];

function showPaid(paid: Paid, less?: Paid): z.infer<typeof paidSums> {
  const of = (read: (sums: Paid) => bigint): number => jsonInteger(read(paid) - (less === undefined ? 0n : read(less)));
  const ids = [...new Set([...paid.programmes.keys(), ...(less?.programmes.keys() ?? [])])].sort();
  return {
    ...{ gpuSeconds: of((sums) => sums.gpuSeconds), listFen: of((sums) => sums.listFen) },
    programmes: ids.map((programmeId) => ({
      programmeId,
      unit: (paid.programmes.get(programmeId) ?? less?.programmes.get(programmeId))?.unit ?? 'CNY',
      paid: of(({ programmes }) => programmes.get(programmeId)?.paid ?? 0n),
      listFen: of(({ programmes }) => programmes.get(programmeId)?.listFen ?? 0n),
    })),
    subsidyFen: of(({ listFen, selfPaidFen, writtenOffFen }) => listFen - selfPaidFen - writtenOffFen),
    selfPaidFen: of((sums) => sums.selfPaidFen),
    writtenOffFen: of((sums) => sums.writtenOffFen),
    unfundedGpuSeconds: of((sums) => sums.unfundedGpuSeconds),
  };
}

const showSums = ({ charged, before, after, disagreementFen }: WhatIfSums) => ({
  ...{ charged: showPaid(charged), before: showPaid(before), after: showPaid(after), difference: showPaid(after, before) },
  ...{ exact: disagreementFen === 0n, disagreementFen: jsonInteger(disagreementFen) },
});

export function showWhatIf({ from, until, totals, companies, programmes }: WhatIf): z.infer<typeof whatIfAnswer> {
  return {
    ...{ from, until, totals: showSums(totals) },
    programmes: programmes.map(({ id: programmeId, code, name, funder }) => ({ programmeId, code, name, funder })),
    companies: companies.map(({ companyId, companyName, ...own }) => ({ companyId, companyName, ...showSums(own) })),
  };
}
