import { InvalidArgumentError } from 'commander';
import type { components, paths } from '#api-client';
import { hours, money, parseGpuHours, parseYuan } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import { collect, parseMonth } from '../arguments.ts';
import { UsageError } from '../failures.ts';
import { type Column, render } from '../output.ts';
import { programmeMeant, type Programme } from '../programmes.ts';
import { type AddCommands, type Shown, verb } from './command-context.ts';

type WhatIf = components['schemas']['WhatIf'];
type Paid = components['schemas']['WhatIfPaid'];
type Input = Required<paths['/api/v1/what-if']['post']['requestBody']['content']['application/json']>;

interface Row {
  readonly company: string;
  readonly when: string;
  readonly paid: Paid;
}
const columns: Column<Row>[] = [
  { title: 'company', of: ({ company }) => company },
  { title: '', of: ({ when }) => when },
  { title: 'list cost', of: ({ paid }) => money(paid.listFen), align: 'right' },
  { title: 'subsidy', of: ({ paid }) => money(paid.subsidyFen), align: 'right' },
  { title: 'self-paid', of: ({ paid }) => money(paid.selfPaidFen), align: 'right' },
  { title: 'written off', of: ({ paid }) => money(paid.writtenOffFen), align: 'right' },
  { title: 'unfunded GPU-hours', of: ({ paid }) => hours(paid.unfundedGpuSeconds), align: 'right' },
];

interface Asked extends Shown {
  readonly from: string;
  readonly until: string;
  readonly programme?: string;
  readonly coverage?: number;
  readonly monthlyCap?: string;
  readonly cap?: string;
  readonly price: readonly string[];
}

/** @returns 1/10,000 */
function parsePercent(text: string): number {
  const [, whole = '', part = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?%$/.exec(text) ?? [];
  const basisPoints = Number(whole) * 100 + Number(part.padEnd(2, '0'));
  if (whole === '' || basisPoints < 1 || basisPoints > 10_000) throw new InvalidArgumentError('Write it like 60% or 62.5%.');
  return basisPoints;
}

function capIn({ unit }: Programme, text: string): number | null {
  if (text === 'none') return null;
  return unit === 'CNY' ? parseYuan(text) : parseGpuHours(text);
}

function priceOf(text: string): Input['gpuClasses'] {
  const [gpuClass = '', yuan = ''] = text.split('=');
  if (gpuClass === '' || yuan === '')
    throw new UsageError(`${text} is not a price.`, 'Write it like --price h800=12.50, in yuan per GPU-hour.');
  return [{ gpuClass, fenPerGpuHour: parseYuan(yuan) }];
}

export const addWhatIf: AddCommands = (program, environment) => {
  verb(
    program,
    'what-if',
    'what past months would have cost whom under other terms',
    'mss what-if --from 2026-08 --until 2026-10 --programme XH-2026 --coverage 60%',
    'mss what-if --from 2026-10 --until 2026-10 --programme XH-2026 --monthly-cap none --price h800=10.00',
  )
    .requiredOption('--from <month>', 'first month', parseMonth)
    .requiredOption('--until <month>', 'last month', parseMonth)
    .option('--programme <id or code>', 'the programme whose terms are changed')
    .option('--coverage <percent>', 'the part of the list cost that it pays', parsePercent)
    .option('--monthly-cap <amount>', 'what it pays for a company in a month, in yuan or GPU-hours; or none')
    .option('--cap <amount>', 'what it pays for a company in all, in yuan or GPU-hours; or none')
    .option('--price <class=yuan>', 'another price per GPU-hour; may be repeated', collect, [])
    .action(async ({ output, from, until, programme: named, coverage, monthlyCap, cap, price }: Asked) => {
      const changesTerms = coverage !== undefined || monthlyCap !== undefined || cap !== undefined;
      if (changesTerms !== (named !== undefined)) {
        throw new UsageError(
          named === undefined ? 'No programme is named.' : `Nothing of ${named} is changed.`,
          'Give --programme together with --coverage, --monthly-cap or --cap.',
        );
      }
      const api = await connect(environment);
      const programmes: Input['programmes'] = [];
      if (named !== undefined) {
        const programme = await programmeMeant(api, named);
        programmes.push({
          programmeId: programme.id,
          ...(coverage !== undefined && { coverageBp: coverage }),
          ...(monthlyCap !== undefined && { monthlyCapPerTenant: capIn(programme, monthlyCap) }),
          ...(cap !== undefined && { capPerTenant: capIn(programme, cap) }),
        });
      }
      const body = { from, until, programmes, gpuClasses: price.flatMap(priceOf) };
      const answer = answerOf(await api.POST('/api/v1/what-if', { body }));
      environment.out(render(output, answer, columns, rowsOf(answer)));
      if (output === 'table') environment.out(`${exactness(answer)}\n`);
    });
};

function rowsOf({ companies, totals }: WhatIf): Row[] {
  return [...companies.map(({ companyName, ...sums }) => ({ company: companyName, ...sums })), { company: 'in all', ...totals }].flatMap(
    ({ company, before, after, difference }) => [
      { company, when: 'before', paid: before },
      { company, when: 'after', paid: after },
      { company, when: 'difference', paid: difference },
    ],
  );
}

function exactness({ totals: { exact, disagreementFen } }: WhatIf): string {
  return exact
    ? 'Before is what was really charged, to the fen.'
    : `Before is not quite what was really charged: they differ by ${money(disagreementFen)} in who paid.`;
}
