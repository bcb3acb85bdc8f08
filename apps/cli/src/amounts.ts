import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatGpuHours, formatMoney } from '#kernel';
import type { components } from '#api-client';
import { UsageError } from './failures.ts';

/** What amounts of a programme, and of its grants, are counted in: fen or GPU-seconds. */
export type Unit = components['schemas']['Programme']['unit'];

const GPU_SECONDS_PER_HUNDREDTH_HOUR = 36;

/** `¥1,234.56`. */
export const money = (fen: number): string => formatMoney(BigInt(fen));
/** GPU-hours with two decimals. */
export const hours = (gpuSeconds: number): string => formatGpuHours(BigInt(gpuSeconds));
/** An amount as its unit is written. */
export const inUnit = (unit: Unit, amount: number): string => (unit === 'CNY' ? money(amount) : `${hours(amount)} GPU-hours`);

/** Hundredths of what is written, such as 1250 of `12.50`. */
function hundredths(text: string): number {
  const [, whole, decimals = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new InvalidArgumentError('A number with at most two decimals, such as 12500.00.');
  return Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
}

/** Fen of what is written in yuan. */
export const parseYuan = (text: string): number => hundredths(text);
/** GPU-seconds of what is written in GPU-hours. */
export const parseGpuHours = (text: string): number => hundredths(text) * GPU_SECONDS_PER_HUNDREDTH_HOUR;

/** An amount as options give it: in the one unit or the other. */
export interface AmountOptions {
  readonly yuan?: number;
  readonly gpuHours?: number;
}

/** Adds `--yuan` and `--gpu-hours`. */
export function takesAmount(command: Command, about: string): Command {
  return command
    .addOption(new Option('--yuan <amount>', `${about}, in a programme of money`).argParser(parseYuan))
    .addOption(new Option('--gpu-hours <amount>', `${about}, in a programme of GPU time`).argParser(parseGpuHours).conflicts('yuan'));
}

/** The amount in `unit`; undefined where none was given. Refuses the other unit instead of guessing a rate. */
export function amountIn(unit: Unit, { yuan, gpuHours }: AmountOptions): number | undefined {
  const wrong = unit === 'CNY' ? gpuHours : yuan;
  if (wrong !== undefined) {
    throw new UsageError(
      `The programme counts in ${unit === 'CNY' ? 'yuan' : 'GPU-hours'}.`,
      `Give ${unit === 'CNY' ? '--yuan' : '--gpu-hours'}.`,
    );
  }
  return unit === 'CNY' ? yuan : gpuHours;
}
