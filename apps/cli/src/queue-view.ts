import type { JobSummary } from './job-view.ts';
import type { Column } from './output.ts';
import { harmless } from './terminal-text.ts';

/** Waiting jobs by class and place; those without an exact place after them, by how many come before them and how long they have waited. */
export function inQueueOrder(jobs: readonly JobSummary[]): JobSummary[] {
  const keysOf = ({ gpuClass, waiting, queuedAt, id }: JobSummary): readonly (string | number)[] => [
    ...[gpuClass, waiting?.place ?? Infinity, waiting?.jobsAhead ?? Infinity, queuedAt, id],
  ];
  return jobs.toSorted((a, b) => {
    const others = keysOf(b);
    for (const [index, key] of keysOf(a).entries()) {
      const other = others[index] ?? key;
      if (key !== other) return key < other ? -1 : 1;
    }
    return 0;
  });
}

export const queueColumns: Column<JobSummary>[] = [
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  { title: 'place', of: placeOf, align: 'right' },
  { title: 'id', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => harmless(name) },
  { title: 'gpus', of: ({ replicas, gpusPerReplica }) => String(replicas * gpusPerReplica), align: 'right' },
  { title: 'queued', of: ({ queuedAt }) => queuedAt },
  { title: 'expected start', of: ({ waiting }) => waiting?.expectedStart ?? '' },
  { title: 'reasons', of: reasonsOf },
];

function placeOf({ waiting }: JobSummary): string {
  if (waiting === null) return '';
  if (waiting.place !== null) return String(waiting.place);
  return typeof waiting.jobsAhead === 'number' ? `about ${waiting.jobsAhead + 1}` : '';
}

function reasonsOf({ waiting }: JobSummary): string {
  if (waiting === null) return 'not looked at yet';
  return waiting.reasons.length === 0 ? waiting.reason : waiting.reasons.map(({ code }) => code).join(', ');
}
