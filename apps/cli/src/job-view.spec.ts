import { type Job, jobColumns, jobFacts, whyFacts } from './job-view.ts';

const waiting = {
  ...{ reason: 'capacity', detail: 'Needs 8 GPUs of h800 on one node; 0 are free.', expectedStart: null, jobsAhead: 300 },
  ...{ assumption: null, place: null, reasons: [] },
};
const job = {
  ...{ id: 'job_1', state: 'Queued', replicas: 1, gpusPerReplica: 8, waiting, exit: null },
  ...{ stopReason: null, podFailures: null, stoppedForOthers: null },
  file: { metadata: {}, spec: {} },
} as unknown as Job;

describe('a job that asks for more than GPUs', () => {
  it('is shown with what its file asks for', () => {
    const spec = { workingDir: '/workspace', shm: '32Gi', ephemeralStorage: '200Gi', runAs: { user: 7, group: 8 }, retries: 2 };
    const facts = jobFacts({ ...job, file: { metadata: {}, spec } }, false).map(({ name, value }) => `${name} = ${value}`);
    const failures = { earlier: 0, inAttempt: 1, detail: 'Pod 0 ended with exit code 3.', nextPodBy: '2126-10-01T01:00:00Z' };
    expect(jobFacts({ ...job, file: { metadata: {}, spec }, podFailures: failures }, false)).toContainEqual({
      name: 'retries',
      value: '1 of 2 used. Pod 0 ended with exit code 3. The next pod starts by 2126-10-01T01:00:00Z.',
    });
    expect(facts).toEqual(
      expect.arrayContaining([
        'retries = 2',
        'working directory = /workspace',
        '/dev/shm = 32Gi of the memory',
        'disk of each pod = 200Gi',
        'runs as = user 7, group 8',
      ]),
    );
  });
});

describe('a job that was stopped for others', () => {
  const told = (shown: Job) => jobFacts(shown, false).find(({ name }) => name === 'stopped for other jobs')?.value;

  it('is shown with how often, and with about what was lost', () => {
    expect(told(job)).toBeUndefined();
    const lost = 'GPU-hours were lost, if nothing was saved after its last checkpoint mark';
    expect(told({ ...job, stoppedForOthers: { times: 1, lostGpuSeconds: 4_500 } })).toBe(`once; about 1.25 ${lost}`);
    expect(told({ ...job, stoppedForOthers: { times: 3, lostGpuSeconds: 0 } })).toBe(`3 times; about 0.00 ${lost}`);
  });
});

describe('a waiting job', () => {
  const why = (shown: Job) =>
    jobColumns(false)
      .find(({ title }) => title === 'why')
      ?.of(shown);
  const expected = (shown: Job) => jobFacts(shown, false).find(({ name }) => name === 'expected start')?.value;

  it('shows the domain of nodes that it asks for', () => {
    const asking = { ...job, file: { metadata: {}, spec: { topology: { key: 'rack', mode: 'require' } } } };
    expect(jobFacts(asking, false)).toContainEqual({ name: 'topology', value: 'require rack' });
    expect(jobFacts(job, false).map(({ name }) => name)).not.toContain('topology');
  });

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

  it('tells every reason with what would resolve it, its place, and what its expected start assumes', () => {
    const reasons = [
      { code: 'funds', detail: '¥3.00 short.', remedy: 'Top up.', facts: { code: 1 } },
      { code: 'capacity', detail: 'Needs 8; 0 are free.', remedy: 'Ask for fewer.', facts: { code: 2 } },
    ];
    const told = {
      ...waiting,
      ...{ jobsAhead: null, expectedStart: '2026-10-01T01:00:00Z', assumption: 'By max runtimes.', place: 2, reasons },
    };
    expect(
      whyFacts({ ...job, name: 'sft', gpuClass: 'h800', waiting: told }, false).map(({ name, value }) => `${name} = ${value}`),
    ).toEqual([
      'id = job_1',
      'name = sft',
      'state = Queued',
      'reason 1 = funds: ¥3.00 short.',
      'what resolves it = Top up.',
      'reason 2 = capacity: Needs 8; 0 are free.',
      'what resolves it = Ask for fewer.',
      'place in the queue = 2 of h800',
      'expected start = 2026-10-01T01:00:00Z',
      'assumed = By max runtimes.',
    ]);
    const running = { ...job, state: 'Running' as const, waiting: null };
    expect(whyFacts(running, false).at(-1)).toEqual({ name: 'why', value: 'It does not wait in the queue.' });
  });
});
