import { count, table, verdict } from '../tables.ts';
import type { Measured } from './measured.ts';

const AIM_STATEMENTS = 5;
const AIM_EXPORT = 3;
const AIM_AGE = 1.5;

const times = (value: number): string => `${value.toFixed(2)}×`;

/** The statements of all companies beside the bare aggregate, by size of the month. */
export function statementsReport(pairs: readonly (readonly [floor: Measured, statements: Measured])[]): string {
  const rows = pairs.map(([floor, { entries, milliseconds }]) => [
    ...[count(entries), count(floor.milliseconds), count(milliseconds), times(milliseconds / floor.milliseconds)],
  ]);
  const verdicts = pairs.map(([floor, { entries, milliseconds }]) =>
    verdict(`statements of ${count(entries)} entries, to floor`, milliseconds / floor.milliseconds, AIM_STATEMENTS, '×', 2),
  );
  return [table(['entries of the month', 'floor ms', 'statements ms', 'ratio'], rows), '', ...verdicts].join('\n');
}

/** The lines of all companies as CSV beside a bare COPY of them, by size of the month. */
export function exportsReport(pairs: readonly (readonly [floor: Measured, csv: Measured])[]): string {
  const rows = pairs.map(([floor, { entries, milliseconds }]) => [
    ...[count(entries), count(floor.milliseconds), count(milliseconds), times(milliseconds / floor.milliseconds)],
  ]);
  const verdicts = pairs.map(([floor, { entries, milliseconds }]) =>
    verdict(`lines of ${count(entries)} entries as CSV, to COPY`, milliseconds / floor.milliseconds, AIM_EXPORT, '×', 2),
  );
  return [table(['entries of the month', 'COPY ms', 'CSV ms', 'ratio'], rows), '', ...verdicts].join('\n');
}

/** What reads maintained sums, by size of the ledger: each beside itself on the smallest ledger. */
export function sumsReport(measured: readonly Measured[]): string {
  const smallest = Math.min(...measured.map(({ entries }) => entries));
  const growth = ({ what, milliseconds }: Measured): number => {
    const first = measured.find((other) => other.what === what && other.entries === smallest);
    return milliseconds / (first?.milliseconds ?? milliseconds);
  };
  const ordered = [...Map.groupBy(measured, ({ what }) => what).values()].flat();
  const rows = ordered.map((one) => [
    ...[one.what, count(one.entries), one.milliseconds.toFixed(1), one.entries === smallest ? '' : times(growth(one))],
  ]);
  const verdicts = ordered
    .filter(({ entries }) => entries !== smallest)
    .map((one) => verdict(`${one.what}, ${count(one.entries)} entries to ${count(smallest)}`, growth(one), AIM_AGE, '×', 2));
  return [table(['reads maintained sums', 'entries', 'ms', 'to fewest'], rows), '', ...verdicts].join('\n');
}
