import { type Job, jobColumns, jobFacts } from './job-view.ts';

const waiting = { reason: 'capacity', detail: 'Needs 8 GPUs of h800 on one node; 0 are free.', expectedStart: null, jobsAhead: 300 };
const job = { id: 'job_1', state: 'Queued', replicas: 1, gpusPerReplica: 8, waiting, exit: null, stopReason: null } as unknown as Job;

describe('a waiting job', () => {
  const why = (shown: Job) =>
    jobColumns(false)
      .find(({ title }) => title === 'why')
      ?.of(shown);
  const expected = (shown: Job) => jobFacts(shown, false).find(({ name }) => name === 'expected start')?.value;

  it('says about how many jobs come before it where its start is not estimated', () => {
    expect(why(job)).toBe('Needs 8 GPUs of h800 on one node; 0 are free. Starts after about 300 jobs.');
    expect(expected(job)).toBe('after about 300 jobs');
  });

  it('says when it starts where that is estimated, and nothing where nothing is known', () => {
    const estimated = { ...job, waiting: { ...waiting, expectedStart: '2026-10-01T01:00:00Z', jobsAhead: null } };
    expect(why(estimated)).toBe(waiting.detail);
    expect(expected(estimated)).toBe('2026-10-01T01:00:00Z');
    expect(expected({ ...job, waiting: { ...waiting, jobsAhead: null } })).toBeUndefined();
  });
});
