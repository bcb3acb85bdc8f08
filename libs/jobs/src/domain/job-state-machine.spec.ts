import fc from 'fast-check';
import {
  ACTIVE_STATES,
  isTerminal,
  JOB_EVENTS,
  JOB_STATES,
  type JobCondition,
  type JobState,
  canApply,
  TERMINAL_STATES,
  applyTransition,
} from './job-state-machine.ts';

const condition = fc.record({
  state: fc.constantFrom(...JOB_STATES),
  attempt: fc.nat({ max: 5 }),
  cancelRequested: fc.boolean(),
});
const event = fc.constantFrom(...JOB_EVENTS);

/** The arrows of rule J1 as domain.md draws them, with the ways back that rules J4 and F6 name. */
const ARROWS: Readonly<Record<JobState, readonly JobState[]>> = {
  Queued: ['Admitted', 'Cancelled'],
  Admitted: ['Starting', 'Running', 'Queued', 'Suspending', 'Succeeded', 'Failed', 'Cancelled', 'TimedOut'],
  Starting: ['Running', 'Queued', 'Suspending', 'Succeeded', 'Failed', 'Cancelled', 'TimedOut'],
  Running: ['Queued', 'Suspending', 'Succeeded', 'Failed', 'Cancelled', 'TimedOut'],
  Suspending: ['Suspended', 'Succeeded', 'Failed', 'Cancelled', 'TimedOut'],
  Suspended: ['Queued', 'Cancelled'],
  Succeeded: [],
  Failed: [],
  Cancelled: [],
  TimedOut: [],
};

describe('the state machine of a job (J1)', () => {
  const queued: JobCondition = { state: 'Queued', attempt: 0, cancelRequested: false };

  it('takes a job all the way, through running out of funds and back', () => {
    const way = [
      'admitted',
      'created',
      'started',
      'stop-requested',
      'stopped',
      'resumed',
      'admitted',
      'created',
      'started',
      'succeeded',
    ] as const;
    const states: JobState[] = [];
    let job = queued;
    for (const step of way) {
      job = applyTransition(job, step);
      states.push(job.state);
    }
    expect(states).toEqual([
      'Admitted',
      'Starting',
      'Running',
      'Suspending',
      'Suspended',
      'Queued',
      'Admitted',
      'Starting',
      'Running',
      'Succeeded',
    ]);
    expect(job.attempt).toBe(2);
  });

  it('moves along its arrows only, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(condition, event, (job, what) => {
        if (!canApply(job, what)) {
          expect(() => applyTransition(job, what)).toThrow('job.transition-refused');
          return;
        }
        const after = applyTransition(job, what);
        if (after.state !== job.state) expect(ARROWS[job.state]).toContain(after.state);
        else expect(what).toBe('cancel-requested');
        expect(after.attempt - job.attempt).toBe(what === 'admitted' ? 1 : 0);
      }),
    );
  });

  it('never leaves a terminal state', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let job = queued;
        for (const what of events) {
          const before = job;
          if (canApply(job, what)) job = applyTransition(job, what);
          if (isTerminal(before.state)) expect(job).toBe(before);
        }
      }),
    );
    expect(JOB_STATES.filter(isTerminal)).toEqual([...TERMINAL_STATES]);
  });

  it('honours a wish to cancel: no new attempt, no way back to the queue, an end that says so', () => {
    for (const state of ACTIVE_STATES) {
      const asked = applyTransition({ state, attempt: 1, cancelRequested: false }, 'cancel-requested');
      expect(asked).toEqual({ state, attempt: 1, cancelRequested: true });
      expect(canApply(asked, 'rolled-back')).toBe(false);
      expect(applyTransition(asked, 'cancelled').state).toBe('Cancelled');
    }
    expect(applyTransition(queued, 'cancel-requested').state).toBe('Cancelled');
    expect(canApply({ state: 'Running', attempt: 1, cancelRequested: false }, 'cancelled')).toBe(false);
  });

  it('reaches every state', () => {
    const reached = new Set<JobState>(['Queued']);
    for (let grown = true; grown;) {
      grown = false;
      for (const state of [...reached]) {
        for (const what of JOB_EVENTS) {
          for (const cancelRequested of [true, false]) {
            const job = { state, attempt: 0, cancelRequested };
            if (!canApply(job, what)) continue;
            const next = applyTransition(job, what).state;
            grown ||= !reached.has(next);
            reached.add(next);
          }
        }
      }
    }
    expect([...reached].sort()).toEqual([...JOB_STATES].sort());
  });
});
