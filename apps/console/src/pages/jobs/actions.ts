import type { JobSummary } from './columns.tsx';

export type JobAction = 'cancel' | 'suspend' | 'resume';

/** Whether a person may ask for the action, as far as the page knows; the API decides. */
export function applies(
  action: JobAction,
  { state, endedAt, cancelRequestedAt }: Pick<JobSummary, 'state' | 'endedAt' | 'cancelRequestedAt'>,
): boolean {
  switch (action) {
    case 'resume':
      return state === 'Suspended';
    case 'suspend':
      return (state === 'Admitted' || state === 'Starting' || state === 'Running') && cancelRequestedAt === null;
    case 'cancel':
      return (endedAt === null || state === 'Suspended') && cancelRequestedAt === null;
  }
}
