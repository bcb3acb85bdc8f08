import type { components } from '#api-client';
import { hours, inUnit, money } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { type AddCommands, showAll, showOne, type Shown, verb } from './command-context.ts';

type Attempt = components['schemas']['JobProvenance']['items'][number];
type Interval = components['schemas']['AttemptIntervals']['items'][number];
type Entry = components['schemas']['LedgerEntry'];

/** One row of a trace: who paid for an attempt, or when one of its pods ran. */
interface Row {
  readonly attempt: number;
  readonly what: string;
  readonly gpuSeconds: number;
  readonly paid: string;
  readonly from: string;
  readonly until: string;
}

const columns: Column<Row>[] = [
  { title: 'attempt', of: ({ attempt }) => String(attempt), align: 'right' },
  { title: 'what', of: ({ what }) => what },
  { title: 'GPU-hours', of: ({ gpuSeconds }) => hours(gpuSeconds), align: 'right' },
  { title: 'paid', of: ({ paid }) => paid, align: 'right' },
  { title: 'from', of: ({ from }) => from },
  { title: 'until', of: ({ until }) => until },
];

function rowsOf(attempt: Attempt, intervals: readonly Interval[]): Row[] {
  const { attempt: number, admittedAt, closedAt, meteredUntil } = attempt;
  const span = { from: admittedAt, until: closedAt ?? meteredUntil ?? '' };
  const shares = attempt.shares.map(({ name, unit, gpuSeconds, paid }) => {
    return { attempt: number, what: `paid by ${name} at ${money(attempt.fenPerGpuHour)}`, gpuSeconds, paid: inUnit(unit, paid), ...span };
  });
  const pods = intervals.map(({ podUid, node, gpuSeconds, startedAt, endedAt, meteredUntil: until }) => {
    return { attempt: number, what: `pod ${podUid} on ${node ?? '?'}`, gpuSeconds, paid: '', from: startedAt, until: endedAt ?? until };
  });
  return [...shares, ...pods];
}

function factsOf(entry: Entry) {
  const { id, kind, effectiveAt, jobId, jobName, attemptNumber, statement, corrects, correctedBy, belongsTo, reason } = entry;
  return known([
    ['entry', id],
    ['kind', kind],
    ['takes effect', effectiveAt],
    ['job', jobId === undefined ? undefined : `${jobName ?? ''} (${jobId}), attempt ${attemptNumber ?? '?'}`],
    ['month', `${statement.month}, ${statement.closedAt === undefined ? 'open' : `closed at ${statement.closedAt}`}`],
    ['digest of the statement', statement.digest],
    ['corrects', corrects],
    ['corrected by', correctedBy.join(', ')],
    ['belongs to', belongsTo],
    ['reason', reason],
    ...entry.postings.map(({ account, unit, amount }) => [account, inUnit(unit, amount)] as const),
  ]);
}

export const addTrace: AddCommands = (program, environment) => {
  verb(
    program,
    'trace',
    'where a number comes from: who paid for the attempts of a job and when its pods ran, or what a ledger entry is about',
    'mss trace job_01j8',
    'mss trace entry_0000000000042',
  )
    .argument('<job or entry>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const api = await connect(environment);
      const path = { id };
      if (id.startsWith('entry_')) {
        const entry = answerOf(await api.GET('/api/v1/ledger/entries/{id}', { params: { path } }));
        showOne(environment, shown, entry, factsOf(entry));
        return;
      }
      const attempts = await firstOf(Infinity, (page) => api.GET('/api/v1/jobs/{id}/provenance', { params: { path, query: page } }));
      const rows: Row[] = [];
      for (const attempt of attempts) {
        const intervals = await firstOf(Infinity, (page) =>
          api.GET('/api/v1/jobs/{id}/provenance/intervals', { params: { path, query: { attempt: attempt.attempt, ...page } } }),
        );
        rows.push(...rowsOf(attempt, intervals));
      }
      showAll(environment, shown, rows, columns);
    });
};
