import type { JobSummary } from './job-view.ts';
import { inQueueOrder, queueColumns } from './queue-view.ts';

function job(id: string, gpuClass: string, waiting: Partial<NonNullable<JobSummary['waiting']>> | null): JobSummary {
  const told = { reason: 'capacity', detail: '', expectedStart: null, assumption: null, jobsAhead: null, place: null, reasons: [] };
  const common = { id, name: id, gpuClass, replicas: 2, gpusPerReplica: 4, queuedAt: '2026-10-01T01:00:00Z' };
  return { ...common, waiting: waiting === null ? null : { ...told, ...waiting } } as unknown as JobSummary;
}

describe('the queue', () => {
  it('shows waiting jobs by class and place, then those whose place is known roughly, and at last those not looked at yet', () => {
    const reasons = ['funds', 'capacity'].map((code) => ({ code, detail: '', remedy: '', facts: { code } }));
    const jobs = [
      job('new', 'h800', null),
      job('far', 'h800', { jobsAhead: 150 }),
      job('second', 'h800', { place: 2, reasons, expectedStart: '2026-10-01T02:00:00Z' }),
      job('first', 'h800', { place: 1 }),
      job('other', 'a100', { place: 1 }),
    ];
    const shown = inQueueOrder(jobs).map((each) => queueColumns.map(({ of }) => of(each)).join(' | '));
    expect(shown).toEqual([
      'a100 | 1 | other | other | 8 | 2026-10-01T01:00:00Z |  | capacity',
      'h800 | 1 | first | first | 8 | 2026-10-01T01:00:00Z |  | capacity',
      'h800 | 2 | second | second | 8 | 2026-10-01T01:00:00Z | 2026-10-01T02:00:00Z | funds, capacity',
      'h800 | about 151 | far | far | 8 | 2026-10-01T01:00:00Z |  | capacity',
      'h800 |  | new | new | 8 | 2026-10-01T01:00:00Z |  | not looked at yet',
    ]);
  });
});
