import { FUNDS_EXHAUSTED } from '#funding';
import { JOB_EVENTS } from './domain/job-state-machine.ts';
import { type Requeue } from './domain/requeue.ts';
import { PREEMPTED, RECLAIMED } from './job-funding.ts';
import { reportedEnd } from './reported-end.ts';

const requeue = (counts: Partial<Requeue>): Requeue => ({
  ...{ lateStarts: 0, rejections: 0, losses: 0, notBefore: '2026-10-01T00:00:00Z', avoidedNodes: {}, detail: '' },
  ...counts,
});

describe('the ends of attempts that people are told of', () => {
  it('are failures, the end of the max runtime and the end of the funds', () => {
    const reported = JOB_EVENTS.flatMap((kind) => reportedEnd({ kind, reason: FUNDS_EXHAUSTED }, null) ?? []);
    expect(reported).toEqual(['suspended', 'failed', 'timed-out']);
    expect(reportedEnd({ kind: 'stopped', reason: 'maintenance' }, null)).toBeUndefined();
  });

  it('are stops for another job (S2, S5)', () => {
    for (const reason of [PREEMPTED, RECLAIMED]) expect(reportedEnd({ kind: 'stopped', reason }, null)).toBe('preempted');
    expect(reportedEnd({ kind: 'stop-requested', reason: PREEMPTED }, null)).toBeUndefined();
  });

  it('are losses of a running job to the platform, and not attempts that did not start', () => {
    const before = requeue({ losses: 1, rejections: 1 });
    expect(reportedEnd({ kind: 'rolled-back', requeue: requeue({ losses: 1 }) }, null)).toBe('requeued');
    expect(reportedEnd({ kind: 'rolled-back', requeue: requeue({ losses: 2, rejections: 1 }) }, before)).toBe('requeued');
    expect(reportedEnd({ kind: 'rolled-back', requeue: requeue({ losses: 1, rejections: 2 }) }, before)).toBeUndefined();
    expect(reportedEnd({ kind: 'rolled-back', requeue: requeue({ losses: 1, rejections: 1, lateStarts: 1 }) }, before)).toBeUndefined();
  });
});
