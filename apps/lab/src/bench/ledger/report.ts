import { count, table } from '../tables.ts';
import type { AggregateTime } from './aggregates.ts';
import type { TickTimes } from './ticks.ts';

const AIM_TICK = 2;
const AIM_AGE = 1.2;
const AIM_HOLDS = 0.5;

export interface TickCell extends TickTimes {
  readonly entries: number;
  readonly jobs: number;
}

export interface HoldRates {
  readonly what: string;
  readonly ledger: number;
  readonly floor: number;
}

const times = (value: number): string => `${value.toFixed(2)}×`;

/** How an aim was met, or by how much it was missed. */
function verdict(what: string, value: number, aim: number, atMost: boolean): string {
  const met = atMost ? value <= aim : value >= aim;
  const aimed = `aim: at ${atMost ? 'most' : 'least'} ${times(aim)}`;
  return `${met ? 'met   ' : 'MISSED'} ${what}: ${times(value)} (${aimed}${met ? '' : `, missed by ${Math.round(Math.abs(value / aim - 1) * 100)} %`})`;
}

/** (a) and (b): ticks by size of the tick and age of the ledger. */
export function tickReport(cells: readonly TickCell[]): string {
  const youngest = Math.min(...cells.map(({ entries }) => entries));
  const oldest = Math.max(...cells.map(({ entries }) => entries));
  const rows = cells.map((cell) => {
    const smaller = cells.filter(({ entries, jobs }) => entries === cell.entries && jobs < cell.jobs).at(-1);
    const younger = cells.find(({ entries, jobs }) => entries === youngest && jobs === cell.jobs);
    return [
      count(cell.entries),
      count(cell.jobs),
      count(cell.ledger),
      count(cell.floor),
      times(cell.ledger / cell.floor),
      ((cell.ledger * 1000) / cell.jobs).toFixed(1),
      smaller === undefined ? '' : times(cell.ledger / cell.jobs / (smaller.ledger / smaller.jobs)),
      younger === undefined || younger === cell ? '' : times(cell.ledger / younger.ledger),
      younger === undefined || younger === cell ? '' : times(cell.floor / younger.floor),
      (cell.logBytes / 2 ** 20).toFixed(1),
    ];
  });
  const heading = [
    'entries behind',
    'jobs',
    'ledger ms',
    'floor ms',
    'ratio',
    'µs/job',
    'per job, to fewer jobs',
    'ledger, to youngest',
    'floor, to youngest',
    'MiB logged',
  ];
  const verdicts = cells.flatMap((cell) => {
    const at = `${count(cell.jobs)} jobs, ${count(cell.entries)} entries behind`;
    const younger = cells.find(({ entries, jobs }) => entries === youngest && jobs === cell.jobs);
    const ratio = verdict(`(a) tick to floor, ${at}`, cell.ledger / cell.floor, AIM_TICK, true);
    if (cell.entries !== oldest || younger === undefined || younger === cell) return [ratio];
    return [ratio, verdict(`(b) ${at}, to ${count(youngest)}`, cell.ledger / younger.ledger, AIM_AGE, true)];
  });
  return [table(heading, rows), '', ...verdicts].join('\n');
}

/** (c): holds per second. */
export function holdReport(rates: readonly HoldRates[]): string {
  const rows = rates.map(({ what, ledger, floor }) => [what, count(ledger), count(floor), times(ledger / floor)]);
  const verdicts = rates.map(({ what, ledger, floor }) => verdict(`(c) holds, ${what}, to floor`, ledger / floor, AIM_HOLDS, false));
  return [table(['holds per second', 'ledger', 'floor', 'ratio'], rows), '', ...verdicts].join('\n');
}

/** (d): a month's sums, beside the barest. */
export function aggregateReport(measured: readonly AggregateTime[]): string {
  const floor = measured[0]?.milliseconds ?? Number.NaN;
  const rows = measured.map(({ what, milliseconds }) => [what, count(milliseconds), times(milliseconds / floor)]);
  return table(['a month summed up', 'ms', 'to floor'], rows);
}
