import { type BusinessCalendar, DomainError, type Instant, type Month } from '#kernel';

interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** A period by its business months. */
export interface PeriodParts {
  /** The month in which it begins. */
  readonly first: Month;
  /** Months that lie wholly in it. */
  readonly whole: readonly Month[];
  /** Those of them that are closed: their statements are frozen. */
  readonly frozen: readonly Month[];
  /** The parts of all others. */
  readonly computed: readonly (Span & { readonly month: Month })[];
  /** It begins and ends with a month. */
  readonly aligned: boolean;
  /** The one month that it is. */
  readonly month?: Month;
}

/** Cuts a period at the ends of business months. */
export function monthsWithin(calendar: BusinessCalendar, { from, until }: Span, closed: ReadonlySet<Month>): PeriodParts {
  const parts: (Span & { month: Month; whole: boolean })[] = [];
  for (let at = from; at < until;) {
    const month = calendar.around(at);
    const part = { month: month.name, from: at, until: Math.min(until, month.until) };
    parts.push({ ...part, whole: part.from === month.from && part.until === month.until });
    at = part.until;
  }
  const whole = parts.filter((part) => part.whole).map(({ month }) => month);
  const aligned = whole.length === parts.length;
  return {
    first: calendar.monthOf(from),
    whole,
    frozen: whole.filter((month) => closed.has(month)),
    computed: parts
      .filter((part) => !part.whole || !closed.has(part.month))
      .map(({ month, from: begin, until: end }) => ({ month, from: begin, until: end })),
    aligned,
    ...(aligned && whole.length === 1 && whole[0] !== undefined && { month: whole[0] }),
  };
}

/** Days of the longest period that one request covers. */
const MOST_DAYS = 400;
const DAY_SECONDS = 86_400;

/** A period as people ask for it: a business month, or days from `from` to `to`, both counted in. */
export interface AskedPeriod {
  readonly month?: Month | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The period that was asked for; the month of `now` where none was. @throws DomainError `period.ambiguous`, `period.incomplete`, `period.order`, `period.long` */
export function periodOf(calendar: BusinessCalendar, { month, from, to }: AskedPeriod, now: Instant): Span {
  if (from === undefined && to === undefined) {
    const asked = month ?? calendar.monthOf(now);
    return { from: calendar.startOf(asked), until: calendar.endOf(asked) };
  }
  if (month !== undefined) {
    throw new DomainError('period.ambiguous', {
      field: '/month',
      detail: 'A month and days were given.',
      remedy: 'Give the month, or from and to.',
    });
  }
  if (from === undefined || to === undefined) {
    const field = from === undefined ? '/from' : '/to';
    throw new DomainError('period.incomplete', { field, detail: 'A period has a first and a last day.', remedy: 'Give from and to.' });
  }
  const span = { from: calendar.startOfDay(from), until: calendar.endOfDay(to) };
  if (span.until <= span.from) {
    throw new DomainError('period.order', { field: '/to', detail: `${to} lies before ${from}.`, remedy: 'Give the earlier day first.' });
  }
  if (span.until - span.from > MOST_DAYS * DAY_SECONDS) {
    throw new DomainError('period.long', {
      field: '/to',
      detail: `A period has at most ${MOST_DAYS} days.`,
      remedy: 'Ask for a part of it.',
    });
  }
  return span;
}
