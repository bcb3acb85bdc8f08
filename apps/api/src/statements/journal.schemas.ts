import { z } from 'zod';
import { DIMENSIONS, LANGUAGES } from '#statements';
import { day, month } from '../http/wire.ts';

export const journalQuery = z.strictObject({
  month: month.optional().describe('A business month; the present one where no period is given'),
  from: day.optional().describe('First day, instead of a month'),
  to: day.optional().describe('Last day, with `from`'),
  lang: z.enum(LANGUAGES).default('zh').describe('The language of the headings and of the summaries'),
});
export type JournalQuery = z.infer<typeof journalQuery>;

const account = z.strictObject({
  code: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .meta({ description: "Code of the account in the park's chart", examples: ['2203'] }),
  name: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .meta({ description: 'Name of the account in the chart', examples: ['预收账款'] }),
  dimensions: z
    .array(z.enum(DIMENSIONS))
    .default([])
    .meta({ description: 'What each line of the account names', examples: [['company', 'job']] }),
});

/** The accounts of a park's chart, by the ledger's kinds of accounts. */
export const accountMapping = z.strictObject({
  accounts: z.strictObject({
    external: account.optional().describe('Money that comes and goes by the bank'),
    programme: account.optional().describe('Budgets of programmes that are not granted'),
    grant: account.optional().describe('Grants that are not used'),
    wallet: account.optional().describe('Money of companies that is not used'),
    usage: account.optional().describe('What the cluster earned'),
    absorbed: account.optional().describe('What the park writes off'),
    lapsed: account.optional().describe('What was left of grants that lapsed, on its way back to their programmes'),
  }),
});
