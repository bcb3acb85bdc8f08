import { z } from 'zod';
import { type CompanyUsage, type ProgrammeSpend, USAGE_RESOLUTIONS, type UsageReport, type UsageSum } from '#insight';
import { jsonInteger, UNITS } from '#kernel';
import { amount, id, month } from '../http/wire.ts';

const months = {
  from: month.optional().describe('First month; the present one by default'),
  until: month.optional().describe('Last month; the present one by default'),
};
export const usageQuery = z.strictObject({
  ...months,
  company: id('company').optional().describe('Of one company only; a company reads its own'),
  resolution: z.enum(USAGE_RESOLUTIONS).default('day'),
});
export const companyUsageQuery = z.strictObject(months);

const sum = {
  gpuSeconds: amount,
  listFen: amount.describe('The list cost: what grants, wallets and the park paid together'),
  subsidyFen: amount.describe('List cost that grants covered'),
  selfPaidFen: amount,
  absorbedFen: amount.describe('Written off by the park'),
};
const spend = z.object({
  programmeId: z.string(),
  unit: z.enum(UNITS).describe('CNY: paid is fen; GPU_SECONDS: paid is GPU-seconds'),
  paid: amount,
  gpuSeconds: amount.describe('GPU-seconds that its grants led'),
  listFen: amount.describe('List cost that its grants covered'),
});
export const usageAnswer = z
  .object({
    from: month,
    until: month,
    totals: z.object(sum),
    programmes: z.array(spend.extend({ name: z.string(), funder: z.string() })),
    items: z.array(
      z.object({
        period: z
          .string()
          .meta({ examples: ['2026-10-01'] })
          .describe('A day such as 2026-10-01, which begins at midnight UTC+8, or a month such as 2026-10'),
        gpuClass: z.string(),
        ...sum,
        programmes: z.array(spend),
      }),
    ),
  })
  .meta({ id: 'Usage' });

export const companyUsageAnswer = z
  .object({
    from: month,
    until: month,
    items: z.array(z.object({ companyId: z.string(), companyName: z.string(), gpuClass: z.string(), ...sum })),
  })
  .meta({ id: 'UsageOfCompanies' });

const showSum = ({ gpuSeconds, listFen, subsidyFen, selfPaidFen, absorbedFen }: UsageSum) => ({
  ...{ gpuSeconds: jsonInteger(gpuSeconds), listFen: jsonInteger(listFen), subsidyFen: jsonInteger(subsidyFen) },
  ...{ selfPaidFen: jsonInteger(selfPaidFen), absorbedFen: jsonInteger(absorbedFen) },
});

const showSpend = ({ programmeId, unit, paid, gpuSeconds, listFen }: ProgrammeSpend) => ({
  ...{ programmeId, unit, paid: jsonInteger(paid), gpuSeconds: jsonInteger(gpuSeconds), listFen: jsonInteger(listFen) },
});

export function showUsage({ from, until, totals, programmes, items }: UsageReport): z.infer<typeof usageAnswer> {
  return {
    ...{ from, until, totals: showSum(totals) },
    programmes: programmes.map(({ name, funder, ...paid }) => ({ ...showSpend(paid), name, funder })),
    items: items.map((item) => ({
      ...{ period: item.period, gpuClass: item.gpuClass, ...showSum(item), programmes: item.programmes.map(showSpend) },
    })),
  };
}

export function showCompanyUsage({ companyId, companyName, gpuClass, ...usage }: CompanyUsage) {
  return { companyId, companyName, gpuClass, ...showSum(usage) };
}
