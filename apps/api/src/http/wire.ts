import { z } from 'zod';

/** Pieces of the wire format (interfaces.md) for request and answer schemas. */

/** An id such as `job_01j…`. */
export const id = (prefix: string) =>
  z
    .string()
    .max(80)
    .regex(new RegExp(`^${prefix}_[0-9a-z]+$`), `An id begins with ${prefix}_`);

/** An instant in an answer, RFC 3339 in UTC: `date.toISOString()`. */
export const instant = z.iso.datetime().describe('RFC 3339, UTC');

/** An instant in a request, parsed to a `Date`, in the year 9999 at the latest. */
export const instantInput = z.iso
  .datetime({ offset: true })
  .refine((text) => Math.abs(new Date(text).getTime()) < 253_402_300_800_000, 'The year is out of range')
  .transform((text) => new Date(text));

/** A calendar day such as `2026-10-01`. */
export const day = z.iso.date();

/** A business month such as `2026-10`. */
export const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'A month such as 2026-10');

/** Fen or GPU-seconds in an answer: `jsonInteger(amount)`. */
export const amount = z.int();

/** Fen or GPU-seconds in a request, not negative, parsed to a `bigint`. */
export const amountInput = z.int().min(0).transform(BigInt);

/** Fen or GPU-seconds in a request, more than zero, parsed to a `bigint`. */
export const positiveAmountInput = z.int().min(1).transform(BigInt);

/** Text that a person typed: trimmed, not empty, without control characters. */
export const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((typed) => !/\p{Cc}/u.test(typed), 'Control characters are not allowed');

/** Text of several lines. */
export const prose = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((typed) => !/[^\P{Cc}\n\r\t]/u.test(typed), 'Control characters are not allowed');

export const email = z.email().max(254);

/** A flag in a query string. */
export const queryFlag = z.enum(['true', 'false']).transform((text) => text === 'true');
