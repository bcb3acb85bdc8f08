import { Option } from 'commander';
import type { components } from '#api-client';
import { hours, inUnit, money } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import { parseMonth } from '../arguments.ts';
import { companyFilter } from '../capacity.ts';
import { type Column, render } from '../output.ts';
import { type AddCommands, type Shown, verb } from './command-context.ts';

type Usage = components['schemas']['Usage'];
type CompanyUsage = components['schemas']['UsageOfCompanies']['items'][number];
type Sums = Usage['totals'];

const sums: Column<Sums>[] = [
  { title: 'GPU-hours', of: ({ gpuSeconds }) => hours(gpuSeconds), align: 'right' },
  { title: 'list cost', of: ({ listFen }) => money(listFen), align: 'right' },
  { title: 'subsidy', of: ({ subsidyFen }) => money(subsidyFen), align: 'right' },
  { title: 'self-paid', of: ({ selfPaidFen }) => money(selfPaidFen), align: 'right' },
  { title: 'written off', of: ({ absorbedFen }) => money(absorbedFen), align: 'right' },
];
const byPeriod: Column<Usage['items'][number]>[] = [
  { title: 'period', of: ({ period }) => period },
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  ...sums,
];
const byCompany: Column<CompanyUsage>[] = [
  { title: 'company', of: ({ companyName }) => companyName },
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  ...sums,
];

interface Asked extends Shown {
  readonly company?: string;
  readonly from?: string;
  readonly until?: string;
  readonly by: 'day' | 'month' | 'company';
}

export const addUsage: AddCommands = (program, environment) => {
  verb(
    program,
    'usage',
    'what was used by day and GPU class, and who paid',
    'mss usage',
    'mss usage --from 2026-08 --until 2026-10 --by month -o csv',
    'mss usage --by company',
  )
    .option('--company <id or slug>', 'of one company (default: your own; for the park: all)')
    .addOption(new Option('--from <month>', 'first month (default: the present one)').argParser(parseMonth))
    .addOption(new Option('--until <month>', 'last month (default: the present one)').argParser(parseMonth))
    .addOption(new Option('--by <what>', 'a line for each').choices(['day', 'month', 'company']).default('day'))
    .action(async ({ output, company, from, until, by }: Asked) => {
      const api = await connect(environment);
      const months = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
      if (by === 'company') {
        const answer = answerOf(await api.GET('/api/v1/usage/companies', { params: { query: months } }));
        environment.out(render(output, answer, byCompany, answer.items));
        return;
      }
      const query = { ...months, ...(await companyFilter(api, company)), resolution: by };
      const usage = answerOf(await api.GET('/api/v1/usage', { params: { query } }));
      environment.out(render(output, usage, byPeriod, usage.items));
      if (output !== 'table') return;
      const { gpuSeconds, listFen, subsidyFen, selfPaidFen, absorbedFen } = usage.totals;
      environment.out(
        `In all ${hours(gpuSeconds)} GPU-hours for ${money(listFen)}: ${money(subsidyFen)} by grants, ${money(selfPaidFen)} self-paid, ` +
          `${money(absorbedFen)} written off.\n`,
      );
      for (const { name, unit, paid, listFen: cost } of usage.programmes) {
        environment.out(`${name} paid ${inUnit(unit, paid)} for a list cost of ${money(cost)}.\n`);
      }
    });
};
