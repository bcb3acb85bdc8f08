import { decide, gang, job, node, now, snapshot, started, waitOf } from '../testing/some-cycle.ts';
import { decayedUsage, HALF_LIFE_SECONDS } from './fair-share.ts';
import { limitKey, NO_LIMITS } from './limit-tree.ts';
import { type Snapshot } from './snapshot.ts';

describe('a scheduling cycle', () => {
  it('serves the jobs of one tenant by priority, then first come (S1)', () => {
    const queue = [
      job('late', 1, 4, { queuedAt: now - 10 }),
      job('low', 1, 4, { priority: 'low', queuedAt: now - 900 }),
      job('early', 1, 4, { queuedAt: now - 100 }),
      job('high', 1, 4, { priority: 'high', queuedAt: now - 1 }),
    ];
    const decisions = decide(queue, snapshot([node('n1')]), { fairShare: false });
    expect(decisions.map(({ jobId }) => jobId)).toEqual(['high', 'early', 'late', 'low']);
    expect(started(decisions)).toEqual(['high', 'early']);
  });

  it('lets no priority move a job past another tenant that used less, nor past one that came before (S1)', () => {
    const queue = [
      job('eager', 1, 8, { tenantId: 'a', priority: 'high', queuedAt: now - 900 }),
      job('modest', 1, 8, { tenantId: 'b', priority: 'normal', queuedAt: now - 10 }),
    ];
    const usage = new Map([['a', 1]]);
    expect(started(decide(queue, snapshot([node('n1')]), {}, usage))).toEqual(['modest']);
    const alike = [
      job('late', 1, 8, { tenantId: 'a', priority: 'high', queuedAt: now - 10 }),
      job('early', 1, 8, { tenantId: 'b', priority: 'normal', queuedAt: now - 20 }),
    ];
    expect(started(decide(alike, snapshot([node('n1')])))).toEqual(['early']);
    expect(started(decide(alike, snapshot([node('n1')]), { fairShare: false }))).toEqual(['early']);
  });

  it('lets tenants take turns, the one who used least first (S1)', () => {
    const queue = [1, 2, 3].flatMap((n) =>
      ['a', 'b'].map((tenantId) => job(`${tenantId}${n}`, 1, 2, { tenantId, queuedAt: now - 90 + n })),
    );
    const usage = decayedUsage([{ tenantId: 'a', gpuClass: 'h800', gpuSeconds: 3 * 3_600, at: now }], new Map(), now);
    expect(started(decide(queue, snapshot([node('n1')]), {}, usage))).toEqual(['b1', 'b2', 'a1', 'b3']);
  });

  it('counts what a tenant occupies now as used, though nothing of it is metered yet', () => {
    const running = gang('job_x/1', ['n1'], 4, 900, 'a');
    const queue = [job('a1', 1, 4, { tenantId: 'a', queuedAt: now - 99 }), job('b1', 1, 4, { tenantId: 'b' })];
    expect(started(decide(queue, snapshot([node('n1')], [running])))).toEqual(['b1']);
  });

  it('forgets half of a usage in a week', () => {
    const samples = [{ tenantId: 'a', gpuClass: 'h800', gpuSeconds: 100, at: now - 2 * HALF_LIFE_SECONDS }];
    expect(decayedUsage(samples, new Map([['h800', 4]]), now).get('a')).toBeCloseTo(100);
  });

  it('starts no more than it may in one cycle, and says nothing of what stands behind', () => {
    const queue = [job('a', 1, 1), job('too large', 1, 9), job('b', 1, 1), job('c', 1, 1), job('d', 1, 1)].map((each, index) => ({
      ...each,
      queuedAt: now - 60 + index,
    }));
    const decisions = decide(queue, snapshot([node('n1')]), { mostStarts: 2 });
    expect(decisions.map(({ jobId, verdict }) => [jobId, verdict])).toEqual([
      ['a', 'start'],
      ['too large', 'wait'],
      ['b', 'start'],
    ]);
  });

  it('starts no more jobs of a tenant than it may, and goes on with the others', () => {
    const queue = [1, 2, 3].flatMap((n) =>
      ['a', 'b'].map((tenantId) => job(`${tenantId}${n}`, 1, 1, { tenantId, queuedAt: now - 90 + n })),
    );
    const decisions = decide(queue, snapshot([node('n1')]), { mostStartsOfTenant: new Map([['a', 1]]) });
    expect(decisions.map(({ jobId, verdict }) => `${jobId} ${verdict}`).sort()).toEqual(['a1 start', 'b1 start', 'b2 start', 'b3 start']);
  });

  it('starts a gang whole or not at all (S2)', () => {
    const nodes = [node('n1'), node('n2', 4)];
    expect(decide([job('j', 2, 8)], snapshot(nodes))).toMatchObject([
      { verdict: 'wait', reason: 'capacity', detail: 'Needs 16 GPUs of h800 as 2 × 8; 12 are free.' },
    ]);
    expect(decide([job('j', 3, 4)], snapshot(nodes))).toEqual([{ jobId: 'j', verdict: 'start', placement: ['n2', 'n1', 'n1'] }]);
  });

  it('looks at CPU and memory too', () => {
    const thirsty = job('j', 1, 1, { replica: { gpus: 1, cpuMillis: 1_000, memoryBytes: 513 } });
    expect(started(decide([thirsty], snapshot([node('n1')])))).toEqual([]);
  });

  it('packs into the fullest node that has room and leaves empty nodes whole (S4)', () => {
    const cluster = snapshot([node('n1'), node('n2'), node('n3')], [gang('g/1', ['n2'], 5, 900)]);
    expect(decide([job('small', 1, 2), job('whole', 2, 8, { queuedAt: now })], cluster)).toEqual([
      { jobId: 'small', verdict: 'start', placement: ['n2'] },
      { jobId: 'whole', verdict: 'start', placement: ['n1', 'n3'] },
    ]);
  });

  it('keeps room for the first that does not fit, and backfills around it (S3)', () => {
    // n1 is free in 1,000 s; the head needs both nodes then.
    const cluster = snapshot([node('n1'), node('n2')], [gang('g/1', ['n1'], 8, 1_000)]);
    const queue = [
      job('head', 2, 8, { queuedAt: now - 500 }),
      job('long', 1, 4, { queuedAt: now - 400, longestSeconds: 1_001 }),
      job('short', 1, 4, { queuedAt: now - 300, longestSeconds: 1_000 }),
    ];
    const decisions = decide(queue, cluster);
    expect(started(decisions)).toEqual(['short']);
    expect(waitOf(decisions, 'head')).toMatchObject({ reason: 'capacity', expectedStart: now + 1_000 });
    expect(waitOf(decisions, 'long')).toMatchObject({ reason: 'behind reservation', expectedStart: now + 4_600 });
  });

  it('lets no job pass one that waits for capacity where the policy has no backfill, and starts those of other classes (S3)', () => {
    const nodes = [node('n1'), node('n2', 8, { gpus: { h800: 4, l40: 4 }, openTo: ['h800', 'l40'] })];
    const queue = [
      job('first', 1, 4, { queuedAt: now - 600 }),
      job('head', 1, 8, { queuedAt: now - 500 }),
      job('short', 1, 1, { queuedAt: now - 400, longestSeconds: 1 }),
      job('other class', 1, 1, { queuedAt: now - 300, gpuClass: 'l40' }),
    ];
    const cluster = snapshot(nodes, [gang('g/1', ['n1'], 4, 1_000)]);
    expect(started(decide(queue, cluster, { backfill: false }))).toEqual(['first', 'other class']);
    expect(waitOf(decide(queue, cluster, { backfill: false }), 'short').reason).toBe('behind reservation');
    expect(started(decide(queue, cluster))).toEqual(['first', 'short', 'other class']);
  });

  it('spreads pods over the emptiest nodes where the policy does not pack (S4)', () => {
    const cluster = snapshot([node('n1'), node('n2'), node('n3')], [gang('g/1', ['n2'], 5, 900)]);
    expect(decide([job('j', 4, 2)], cluster, { placement: 'spread' })).toEqual([
      { jobId: 'j', verdict: 'start', placement: ['n3', 'n1', 'n2', 'n3'] },
    ]);
    expect(decide([job('j', 8, 3)], cluster, { placement: 'spread' })).toMatchObject([{ verdict: 'wait', reason: 'capacity' }]);
  });

  it('keeps a job off the nodes that did not take it, and says so where only they are free', () => {
    const cluster = snapshot([node('n1'), node('n2')], [gang('g/1', ['n1'], 4, 900)]);
    const avoiding = (nodes: string[]) => job('j', 1, 4, { avoidedNodes: new Set(nodes), avoidedBecause: 'Node n1 did not take pod 0.' });
    expect(decide([avoiding(['n1'])], cluster)).toEqual([{ jobId: 'j', verdict: 'start', placement: ['n2'] }]);
    const [waiting, other] = decide([avoiding(['n1', 'n2']), job('other', 1, 4, { queuedAt: now })], cluster);
    expect(waiting).toEqual({ jobId: 'j', verdict: 'wait', reason: 'back-off', detail: 'Node n1 did not take pod 0.' });
    expect(other).toEqual({ jobId: 'other', verdict: 'start', placement: ['n1'] });
  });

  it('tells those whose start it does not estimate about how many jobs of their class come before them', () => {
    const cluster = snapshot([node('n1')], [gang('g/1', ['n1'], 8, 900)]);
    const queue = Array.from({ length: 320 }, (_, index) =>
      job(`j${String(index).padStart(3, '0')}`, 1, 8, { queuedAt: now - 900 + index }),
    );
    const decisions = decide(queue, cluster);
    expect(waitOf(decisions, 'j099')).toMatchObject({ expectedStart: now + 900 + 99 * 3_600 });
    expect(waitOf(decisions, 'j099')).not.toHaveProperty('jobsAhead');
    const holdTarget = ['j100', 'j137', 'j301', 'j319'].map((id) => waitOf(decisions, id).jobsAhead);
    expect(holdTarget).toEqual([100, 150, 300, 300]);
    expect(waitOf(decisions, 'j301')).not.toHaveProperty('expectedStart');
  });

  it('does not keep anything for a job that will never fit', () => {
    const decisions = decide([job('huge', 9, 8, { queuedAt: now - 500 }), job('next', 1, 8)], snapshot([node('n1')]));
    expect(started(decisions)).toEqual(['next']);
    expect(waitOf(decisions, 'huge')).not.toHaveProperty('expectedStart');
  });

  it('holds a tenant to its limit of GPUs at once, what runs included', () => {
    const limits = { ...NO_LIMITS, limits: new Map([[limitKey('t1', 'h800'), { share: null, maxGpus: 4 }]]) };
    const cluster = snapshot([node('n1')], [gang('g/1', ['n1'], 2, 900, 't1')]);
    const decisions = decide([job('a', 1, 2, { queuedAt: now - 99 }), job('b', 1, 1), job('other', 1, 1, { tenantId: 't2' })], cluster, {
      limits,
    });
    expect(started(decisions).sort()).toEqual(['a', 'other']);
    expect(waitOf(decisions, 'b')).toMatchObject({
      reason: 'concurrency limit',
      detail: 'The company may use 4 GPUs of h800 at once and uses 4; this job needs 1.',
    });
  });

  it('passes by a job whose funds could not be held, without keeping room for it', () => {
    const poor = job('poor', 1, 8, { queuedAt: now - 500, inadmissible: { reason: 'funds', detail: '¥3.00 short.' } });
    const decisions = decide([poor, job('next', 1, 8)], snapshot([node('n1')]));
    expect(decisions).toEqual([
      { jobId: 'poor', verdict: 'wait', reason: 'funds', detail: '¥3.00 short.' },
      { jobId: 'next', verdict: 'start', placement: ['n1'] },
    ]);
  });

  it('places nothing on a closed node, nor what would run into its maintenance, and says so', () => {
    const closing = snapshot([node('n1', 8, { closesAt: now + 1_800 }), node('n2', 8, { openTo: [] })]);
    const decisions = decide([job('long', 1, 8), job('short', 1, 8, { longestSeconds: 1_800, queuedAt: now })], closing);
    expect(started(decisions)).toEqual(['short']);
    expect(waitOf(decisions, 'long').reason).toBe('maintenance');
  });

  it('counts pods where they are, and those of ended attempts until they are gone', () => {
    const replica = { gpus: 8, cpuMillis: 8_000, memoryBytes: 8 };
    const cluster: Snapshot = {
      nodes: [node('n1'), node('n2'), node('n3')],
      gangs: [gang('a/1', ['n1'], 8, 900)],
      pods: [
        { admissionId: 'a/1', index: 0, gpuClass: 'h800', node: 'n2', replica },
        { admissionId: 'old/1', index: 0, gpuClass: 'h800', node: 'n3', replica },
      ],
    };
    expect(decide([job('j', 1, 8)], cluster)).toEqual([{ jobId: 'j', verdict: 'start', placement: ['n1'] }]);
  });
});
