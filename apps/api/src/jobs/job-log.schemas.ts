import { z } from 'zod';
import type { LogLine, LogPage, LogPlace } from '#cluster';
import { formatInstant, jsonInteger } from '#kernel';
import type { KeptLog } from '#pod-history';
import { listOrder } from '../http/pages.ts';
import { instant, instantInput, queryFlag } from '../http/wire.ts';

/** The id of a line: `…Z` for the first one of an instant, `…Z/3` for its third. */
const LINE_ID = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)(?:\/(\d{1,16}))?$/;
const NO_CURSOR = 'A cursor is the nextCursor of a page or the id of a line';

const replica = {
  replica: z.coerce.number().int().min(0).max(1_023).default(0),
  attempt: z.coerce.number().int().min(1).max(100_000).optional().describe('Absent: the last one'),
};
const tail = z.coerce.number().int().min(1).max(10_000).optional().describe('So many of the last lines');
const since = instantInput.optional().describe('The lines of this instant and later ones');
const until = instantInput.optional().describe('The lines before this instant');
const contains = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('Only lines that contain this text, without regard to case and to colours; with `tail`, the last of them');

const timestamps = queryFlag.optional().describe('Begin each line with its instant');

export const textQuery = z.strictObject({ ...replica, tail, since, until, contains, timestamps });
export const streamQuery = z.strictObject({ ...replica, tail, since, contains });
export const linesQuery = z.strictObject({
  ...replica,
  ...{ since, until, contains, order: listOrder },
  cursor: z
    .string()
    .max(60)
    .regex(LINE_ID, { error: NO_CURSOR, abort: true })
    .refine((text) => placeOf(text) !== undefined, NO_CURSOR)
    .optional(),
  limit: z.coerce.number().int().min(1).max(2_000).default(500).describe('Most lines on a page'),
});

/** Which pod's log a request is about. */
export type LogReplica = Pick<z.infer<typeof textQuery>, 'replica' | 'attempt'>;

const line = z
  .object({
    id: z.string().describe('Where it is in the log: a cursor, and the `Last-Event-ID` of the stream'),
    at: z
      .string()
      .describe('When it was written, RFC 3339 in UTC with nine digits of a second')
      .meta({ example: '2026-10-15T08:00:00.123456789Z' }),
    text: z.string().meta({ example: 'epoch 1 loss 2.31' }),
  })
  .meta({ id: 'LogLine' });
export const linesAnswer = z.object({
  items: z.array(line),
  nextCursor: z.string().optional(),
  kept: z
    .object({ cut: z.boolean().describe('The beginning was not kept'), bytes: z.int().describe('What was kept') })
    .optional()
    .describe('Absent: the lines come from the cluster'),
});

const keptLog = z
  .object({
    attempt: z.int(),
    replica: z.int(),
    startedAt: instant.describe('When the container of the pod started'),
    keptAt: instant,
    lines: z.int(),
    bytes: z.int().describe('Before they were compressed'),
    cut: z.boolean().describe('The beginning was not kept'),
    failure: z.string().nullable().describe('Why the log could not be read before the pod was removed').meta({ example: null }),
  })
  .meta({ id: 'KeptLog' });
export const keptLogsAnswer = z.object({ items: z.array(keptLog) });

export function showKeptLog({ attempt, replica, startedAt, keptAt, lines, bytes, isCut, failure }: KeptLog): z.infer<typeof keptLog> {
  const instants = { startedAt: formatInstant(startedAt), keptAt: formatInstant(keptAt) };
  return { attempt, replica, ...instants, lines, bytes: jsonInteger(bytes), cut: isCut, failure };
}

export function showLine({ at, nth, text }: LogLine): z.infer<typeof line> {
  return { id: idOf({ at, nth }), at, text };
}

export function showLines({ lines, next }: LogPage, kept: KeptLog | undefined): z.infer<typeof linesAnswer> {
  return {
    items: lines.map(showLine),
    ...(next !== undefined && { nextCursor: idOf(next) }),
    ...(kept !== undefined && { kept: { cut: kept.isCut, bytes: jsonInteger(kept.bytes) } }),
  };
}

/** The place of a line; undefined for any other text, a day that does not exist too: with it, a stream begins at its first line. */
export function placeOf(id = ''): LogPlace | undefined {
  const [, at, nth = '1'] = LINE_ID.exec(id) ?? [];
  return instantInput.safeParse(at).success && at !== undefined ? { at, nth: Number(nth) } : undefined;
}

function idOf({ at, nth }: LogPlace): string {
  return nth === 1 ? at : `${at}/${nth}`;
}
