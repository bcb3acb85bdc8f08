import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatGpuHours, formatMoney } from '#kernel';
import type { components } from '#api-client';
import { UsageError } from './failures.ts';

/** The unit of the amounts of a programme and its grants: fen or GPU-seconds. */
export type Unit = components['schemas']['Programme']['unit'];

const GPU_SECONDS_PER_HUNDREDTH_HOUR = 36;

/** `¥1,234.56`. */
export const money = (fen: number): string => formatMoney(BigInt(fen));
/** GPU-hours with two decimals. */
export const hours = (gpuSeconds: number): string => formatGpuHours(BigInt(gpuSeconds));
/** An amount in the notation of its unit. */
export const inUnit = (unit: Unit, amount: number): string => (unit === 'CNY' ? money(amount) : `${hours(amount)} GPU-hours`);

/** The written number in hundredths: 1250 for `12.50`. */
function hundredths(text: string): number {
  const [, whole, decimals = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new InvalidArgumentError('A number with at most two decimals, such as 12500.00.');
  return Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
}

/** Fen, from an amount in yuan. */
export const parseYuan = (text: string): number => hundredths(text);
/** GPU-seconds, from an amount in GPU-hours. */
export const parseGpuHours = (text: string): number => hundredths(text) * GPU_SECONDS_PER_HUNDREDTH_HOUR;

/** The amount in the options, in one of the two units. */
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

/** The amount in `unit`; undefined when there is no such option. Refuses the other unit, because there is no rate between them. */
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
