import { DomainError, type Fen, formatInstant, formatMoney, instantOf } from '#kernel';

/** The list price of one GPU-hour from an instant on, until the next price of the class begins. */
export interface ListPrice {
  readonly from: Date;
  readonly fenPerGpuHour: Fen;
}

/** Above any real price. It keeps the cost of the largest job within the integers that JSON carries exactly. */
const DEAREST: Fen = 100_000_000n;

/** @throws DomainError `catalog.invalid-price` when a price is not valid */
export function checkPrice(price: ListPrice): void {
  if (Number.isNaN(price.from.getTime()) || price.from.getTime() % 1000 !== 0) {
    throw new DomainError('catalog.invalid-price', {
      field: '/from',
      detail: 'A price begins on a whole second.',
      remedy: 'Give an instant without a fraction, such as 2026-10-01T00:00:00+08:00.',
    });
  }
  if (price.fenPerGpuHour < 0n || price.fenPerGpuHour > DEAREST) {
    throw new DomainError('catalog.invalid-price', {
      field: '/fenPerGpuHour',
      detail: `${formatMoney(price.fenPerGpuHour)} is not a price per GPU-hour.`,
      remedy: `Give a price from ${formatMoney(0n)} to ${formatMoney(DEAREST)}.`,
    });
  }
}

/**
 * Prices are announced and never rewritten, because quotes and statements of the past must not change. The first price of a class may begin
 * at any time; every further one begins now or later.
 * @throws DomainError `catalog.backdated-price`
 */
export function checkAnnouncement(price: ListPrice, existing: readonly ListPrice[], now: Date): void {
  if (existing.length === 0 || instantOf(price.from) >= instantOf(now)) return;
  throw new DomainError('catalog.backdated-price', {
    field: '/from',
    detail: `The price would begin at ${formatInstant(instantOf(price.from))}, in the past.`,
    remedy: 'Let it begin now or later; jobs admitted before keep their price.',
  });
}
