import { DateTime, IANAZone } from 'luxon';
import { DomainError } from './domain-error.ts';
import { invariant } from './invariant.ts';
import type { Instant } from './instant.ts';

/** A business month such as `2026-10` (rule U4). */
export type Month = string;

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

export function isMonth(text: string): text is Month {
  return MONTH.test(text);
}

/** Business months of one deployment: calendar months of its time zone, as half-open intervals of instants (rule U4). */
export class BusinessCalendar {
  /** The month asked for last: a metering tick asks for the same one again and again. */
  #month: { readonly name: Month; readonly from: Instant; readonly until: Instant } | undefined;

  readonly timeZone: string;

  constructor(timeZone: string = 'Asia/Shanghai') {
    this.timeZone = timeZone;
    if (!IANAZone.isValidZone(timeZone)) {
      throw new DomainError('calendar.unknown-time-zone', {
        field: '/timezone',
        detail: `"${timeZone}" is not a time zone of the IANA database.`,
        remedy: 'Use a name such as Asia/Shanghai.',
      });
    }
  }

  monthOf(instant: Instant): Month {
    return this.around(instant).name;
  }

  /** The month that `instant` lies in, from its first instant until the first after it. */
  around(instant: Instant): { readonly name: Month; readonly from: Instant; readonly until: Instant } {
    if (this.#month === undefined || instant < this.#month.from || instant >= this.#month.until) {
      const name = DateTime.fromSeconds(instant, { zone: this.timeZone }).toFormat('yyyy-MM');
      const start = this.#start(name);
      this.#month = { name, from: start.toUnixInteger(), until: start.plus({ months: 1 }).toUnixInteger() };
    }
    return this.#month;
  }

  /** First instant of `month`. */
  startOf(month: Month): Instant {
    return this.#month?.name === month ? this.#month.from : this.#start(month).toUnixInteger();
  }

  /** First instant after `month`. */
  endOf(month: Month): Instant {
    return this.#month?.name === month ? this.#month.until : this.#start(month).plus({ months: 1 }).toUnixInteger();
  }

  /** First instant of a calendar day such as `2026-10-01`. */
  startOfDay(day: string): Instant {
    const start = DateTime.fromISO(day, { zone: this.timeZone });
    invariant(start.isValid, `"${day}" is not a day`);
    return start.startOf('day').toUnixInteger();
  }

  /** The calendar day that `instant` lies in, such as `2026-10-01`. */
  dayOf(instant: Instant): string {
    return DateTime.fromSeconds(instant, { zone: this.timeZone }).toFormat('yyyy-MM-dd');
  }

  /** First instant after a calendar day. */
  endOfDay(day: string): Instant {
    const start = DateTime.fromISO(day, { zone: this.timeZone });
    invariant(start.isValid, `"${day}" is not a day`);
    return start.startOf('day').plus({ days: 1 }).toUnixInteger();
  }

  next(month: Month): Month {
    return this.#start(month).plus({ months: 1 }).toFormat('yyyy-MM');
  }

  previous(month: Month): Month {
    return this.#start(month).minus({ months: 1 }).toFormat('yyyy-MM');
  }

  /** Month boundaries b with `after < b <= upTo`, in order. */
  boundaries(after: Instant, upTo: Instant): Instant[] {
    const found: Instant[] = [];
    let boundary = this.around(after).until;
    while (boundary <= upTo) {
      found.push(boundary);
      boundary = this.around(boundary).until;
    }
    return found;
  }

  #start(month: Month): DateTime<true> {
    const start = DateTime.fromFormat(month, 'yyyy-MM', { zone: this.timeZone });
    invariant(isMonth(month) && start.isValid, `"${month}" is not a month`);
    return start;
  }
}
