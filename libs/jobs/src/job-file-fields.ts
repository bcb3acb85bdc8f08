import { z } from 'zod';
import { formatDuration, parseDuration } from '#kernel';

/** Linux takes no longer argument or variable than 128 KiB. */
const MOST_WORD_BYTES = 32 * 1024;
const MOST_WORDS = 1_000;
/** What programs put where they cannot read a character: nobody means to run it. */
const REPLACEMENT = '\ufffd';

const WHOLE_NUMBER = /^\d{1,9}$/;
/** A job file's durations are one whole number with one unit. */
const DURATION = /^(?:0|[1-9]\d{0,8})[smhd]$/;

/** Seconds of a duration such as `12h`; undefined where `duration` is not one. */
export function secondsOf(duration: string): number | undefined {
  const milliseconds = DURATION.test(duration) ? parseDuration(duration) : undefined;
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** A duration from `minimumSeconds` to `maximumSeconds`. @param what its name in the message */
export function duration(minimumSeconds: number, maximumSeconds: number, what: string) {
  return z.string().refine(
    (text) => {
      const seconds = secondsOf(text);
      return seconds !== undefined && seconds >= minimumSeconds && seconds <= maximumSeconds;
    },
    { error: `${what} is a duration from ${formatDuration(minimumSeconds)} to ${formatDuration(maximumSeconds)}.` },
  );
}

/** A count as people write it: a number, or one in quotes. */
export const count = (minimum: number, maximum: number, what: string) =>
  z.preprocess(
    (given) => (typeof given === 'string' && WHOLE_NUMBER.test(given) ? Number(given) : given),
    z
      .int({ error: `${what} is a whole number.` })
      .min(minimum, `${what} is at least ${minimum}.`)
      .max(maximum, `${what} is at most ${maximum}.`),
  );

/**
 * Text where people also write a number, such as the 1 in `[sleep, 1]`: it is taken as JavaScript writes it. One beyond 2^53 would have
 * lost digits, and is refused.
 */
export const word = (what: string) =>
  z.preprocess(
    (given) => (typeof given === 'number' && isExact(given) ? String(given) : given),
    z
      .string({ error: `${what} is text or a number.` })
      .refine((text) => Buffer.byteLength(text) <= MOST_WORD_BYTES, { error: `${what} has at most ${MOST_WORD_BYTES} bytes.` })
      .refine((text) => !text.includes(REPLACEMENT), { error: `${what} holds U+FFFD: a program read it in the wrong encoding.` }),
  );

function isExact(number: number): boolean {
  return Number.isSafeInteger(number) || !Number.isInteger(number);
}

/** Words of a command line. */
export const words = z.array(word('A word'), { error: 'It is a list of words.' }).max(MOST_WORDS, `There are at most ${MOST_WORDS} words.`);

/** A quantity of Kubernetes: text such as `500m`, or a number. */
export const quantity = (parse: (text: string) => number | undefined, message: string) =>
  z.preprocess(
    (given) => (typeof given === 'number' ? String(given) : given),
    z
      .string({ error: message })
      .max(40, message)
      .refine((text) => parse(text) !== undefined, { error: message }),
  );

/** Whether the pods are near one another. */
export const topology = z.strictObject({
  key: z.string().min(1).max(31).describe('The kind of domain, such as `rack`: one of those by which the park groups its nodes'),
  mode: z
    .enum(['prefer', 'require'], { error: 'mode is "prefer" or "require".' })
    .default('prefer')
    .describe('`require`: all pods on nodes of one domain, or it waits; `prefer`: so where one domain holds them'),
});

/** The code of a project: a DNS label. */
export const projectCode = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, { error: 'A code is up to 40 lower-case letters, digits and hyphens.' });
