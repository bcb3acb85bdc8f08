import { useSearch } from '@tanstack/react-router';
import { useViewState } from '../data-table/view-state.ts';

/** A number whose origin is looked at: a job's line on a statement, a job, one of its attempts, or an entry of the ledger. */
export type Trace =
  | { readonly kind: 'line'; readonly companyId: string; readonly month: string; readonly jobId: string }
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'attempt'; readonly jobId: string; readonly attempt: number }
  | { readonly kind: 'entry'; readonly entryId: string };

const PATTERNS = {
  line: /^line:(company_[a-z0-9]+):(\d{4}-\d{2}):(job_[a-z0-9]+)$/,
  job: /^job:(job_[a-z0-9]+)$/,
  attempt: /^attempt:(job_[a-z0-9]+):(\d{1,6})$/,
  entry: /^entry:(entry_\d+)$/,
} as const;

/** What the address names; undefined where it names nothing that can be looked at. */
export function parseTrace(text: string): Trace | undefined {
  const [, companyId, month, jobId] = PATTERNS.line.exec(text) ?? [];
  if (companyId !== undefined && month !== undefined && jobId !== undefined) return { kind: 'line', companyId, month, jobId };
  const [, job] = PATTERNS.job.exec(text) ?? [];
  if (job !== undefined) return { kind: 'job', jobId: job };
  const [, ofJob, attempt] = PATTERNS.attempt.exec(text) ?? [];
  if (ofJob !== undefined) return { kind: 'attempt', jobId: ofJob, attempt: Number(attempt) };
  const [, entryId] = PATTERNS.entry.exec(text) ?? [];
  return entryId === undefined ? undefined : { kind: 'entry', entryId };
}

export function traceText(trace: Trace): string {
  switch (trace.kind) {
    case 'line':
      return `line:${trace.companyId}:${trace.month}:${trace.jobId}`;
    case 'job':
      return `job:${trace.jobId}`;
    case 'attempt':
      return `attempt:${trace.jobId}:${trace.attempt}`;
    case 'entry':
      return `entry:${trace.entryId}`;
  }
}

/** Opens the drawer that shows where a number comes from, or with undefined closes it. It is in the address, so that a link opens it too. */
export function useTrace(): (trace: Trace | undefined) => void {
  const [, change] = useViewState();
  return (trace) => change({ trace: trace === undefined ? undefined : traceText(trace) });
}

export function useOpenTrace(): Trace | undefined {
  const { trace } = useSearch({ strict: false });
  return trace === undefined ? undefined : parseTrace(trace);
}
