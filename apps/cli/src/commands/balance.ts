import { hours, inUnit, money } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { companyMeant } from '../capacity.ts';
import { statusOf } from '../grant-view.ts';
import { type Column, render } from '../output.ts';
import { type AddCommands, type Shown, verb } from './command-context.ts';

type Balance = components['schemas']['Balance'];
type Runway = components['schemas']['Runway'];

/** A source of money: a grant, or the wallet. */
interface FundingSource {
  readonly name: string;
  readonly id: string;
  readonly available: string;
  readonly held: string;
  readonly spent: string;
  readonly consumption: string;
  readonly days: number | null;
  readonly until: string;
  readonly state: string;
}

const columns: Column<FundingSource>[] = [
  { title: 'from', of: ({ name }) => name },
  { title: 'id', of: ({ id }) => id },
  { title: 'available', of: ({ available }) => available, align: 'right' },
  { title: 'held', of: ({ held }) => held, align: 'right' },
  { title: 'spent', of: ({ spent }) => spent, align: 'right' },
  { title: 'a day', of: ({ consumption }) => consumption, align: 'right' },
  { title: 'days left', of: ({ days }) => (days === null ? '' : String(days)), align: 'right' },
  { title: 'until', of: ({ until }) => until },
  { title: 'state', of: ({ state }) => state },
];

function fundingSources({ grants, wallet }: Balance): FundingSource[] {
  return [
    ...grants.map(({ unit, runway, ...grant }) => ({
      name: grant.name,
      id: grant.id,
      available: inUnit(unit, grant.available),
      held: inUnit(unit, grant.held),
      spent: inUnit(unit, grant.spent),
      consumption: inUnit(unit, runway.consumptionPerDay),
      days: runway.daysLeft,
      until: grant.validUntil,
      state: statusOf(grant),
    })),
    {
      name: 'wallet',
      id: '',
      available: money(wallet.availableFen),
      held: money(wallet.heldFen),
      spent: '',
      consumption: money(wallet.runway.consumptionPerDayFen),
      days: wallet.runway.daysLeft,
      until: '',
      state: '',
    },
  ];
}

/** The other limits of a company, one per line. */
function boundsOf({ caps, concurrency }: Balance): string[] {
  const used = (unit: 'CNY' | 'GPU_SECONDS', paid: number, cap: number): string =>
    unit === 'CNY' ? `${money(paid)} of ${money(cap)}` : `${hours(paid)} of ${hours(cap)} GPU-hours`;
  return [
    ...caps.flatMap(({ programmeName, unit, capPerTenant, paid, monthlyCapPerTenant, paidThisMonth }) => [
      ...(capPerTenant === null ? [] : [`${programmeName} has paid ${used(unit, paid, capPerTenant)}.`]),
      ...(monthlyCapPerTenant === null ? [] : [`${programmeName} has paid ${used(unit, paidThisMonth, monthlyCapPerTenant)} this month.`]),
    ]),
    ...concurrency.map(({ gpuClass, maxGpus }) => `At most ${maxGpus} ${gpuClass} at once.`),
  ];
}

/** For how long the company can go on, and why: the rate, and the sources in their order. */
function runwayLines({ daysLeft, endsAt, horizonDays, consumption, sources }: Runway): string[] {
  if (consumption.length === 0) return ['Nothing was used in the last seven days.'];
  const rate = consumption.map(({ gpuClass, gpuSecondsPerDay }) => `${hours(gpuSecondsPerDay)} GPU-hours of ${gpuClass}`).join(' and ');
  const end = endsAt === null ? `for more than ${horizonDays} days` : `for ${daysLeft ?? 0} days, until ${endsAt}`;
  return [
    `At the rate of the last seven days (${rate} a day) the funds last ${end}.`,
    ...sources.flatMap(({ name, unit, perDay, endsAt: over, ends, lapses }) => {
      if (ends === null || ends === 'frozen' || (perDay === 0 && lapses === 0)) return [];
      const lapsing = lapses === 0 ? '' : `; ${inUnit(unit, lapses)} of it would lapse`;
      return [`${name} ${ends === 'used-up' ? 'is used up' : 'ends'} by ${over ?? ''}${lapsing}.`];
    }),
  ];
}

export const addBalance: AddCommands = (program, environment) => {
  verb(program, 'balance', 'grants and wallet: what is free, held and spent, and how long it will do', 'mss balance', 'mss balance -o json')
    .option('--company <id or slug>', 'of which company (default: your own)')
    .action(async ({ output, company }: Shown & { company?: string }) => {
      const api = await connect(environment);
      const id = await companyMeant(api, company);
      const balance = answerOf(await api.GET('/api/v1/companies/{id}/balance', { params: { path: { id } } }));
      environment.out(render(output, balance, columns, fundingSources(balance)));
      if (output !== 'table') return;
      for (const line of boundsOf(balance)) environment.out(`${line}\n`);
      const runway = answerOf(await api.GET('/api/v1/companies/{id}/runway', { params: { path: { id } } }));
      for (const line of runwayLines(runway)) environment.out(`${line}\n`);
    });
};
