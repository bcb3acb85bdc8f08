import fc from 'fast-check';
import { cycle } from './cycle.ts';
import { DEFAULT_POLICY, type Policy, type QueuedJob } from './queue.ts';
import { gpusOf } from './shape.ts';
import type { Gang, NodeCapacity } from './snapshot.ts';
import { type RunningJob, stopsFor } from './stops.ts';

const START = 1_790_000_000;
const LONGEST_SECONDS = 1_000;
const SIZES = [8, 8, 4];
const NODES: NodeCapacity[] = SIZES.map((gpus, index) => {
  return { name: `n${index}`, gpus: { h800: gpus }, cpuMillis: 1, memoryBytes: 1, openTo: ['h800'] };
});

/** All of them fit on the empty nodes. */
const anyJobs = fc
  .array(
    fc.record({
      tenantId: fc.constantFrom('a', 'b', 'c'),
      shape: fc.constantFrom([1, 1], [1, 4], [1, 8], [2, 8], [5, 4], [2, 4], [1, 3]),
      longestSeconds: fc.integer({ min: 1, max: LONGEST_SECONDS }),
      after: fc.integer({ min: 0, max: 2_000 }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((drawn) =>
    drawn.map(({ tenantId, shape: [replicas = 1, gpus = 1], longestSeconds, after }, index): QueuedJob => {
      const replica = { gpus, cpuMillis: 0, memoryBytes: 0 };
      return {
        id: `j${index}`,
        tenantId,
        gpuClass: 'h800',
        priority: 'normal',
        queuedAt: START + after,
        longestSeconds,
        replicas,
        replica,
      };
    }),
  );

/** Runs every job for its whole max runtime, with a cycle at each arrival and each end. @returns when each started */
function play(jobs: readonly QueuedJob[], policy: Policy): Map<string, number> {
  const starts = new Map<string, number>();
  const used = new Map<string, number>();
  let running: Gang[] = [];
  const instants = new Set(jobs.map(({ queuedAt }) => queuedAt));
  while (instants.size > 0) {
    const now = Math.min(...instants);
    instants.delete(now);
    running = running.filter(({ endsBy }) => endsBy > now);
    const queue = jobs.filter(({ id, queuedAt }) => queuedAt <= now && !starts.has(id));
    const byId = new Map(queue.map((job) => [job.id, job]));
    for (const decision of cycle(queue, { nodes: NODES, pods: [], gangs: running }, used, policy, now)) {
      const job = byId.get(decision.jobId);
      if (decision.verdict === 'wait' || job === undefined) continue;
      starts.set(job.id, now);
      used.set(job.tenantId, (used.get(job.tenantId) ?? 0) + gpusOf(job) * job.longestSeconds);
      const endsBy = now + job.longestSeconds;
      running.push({ ...job, admissionId: job.id, placement: decision.placement, endsBy });
      instants.add(endsBy);
    }
  }
  return starts;
}

const SHIELDED_SECONDS = 120;
const GRACE_SECONDS = 10;

/** As `play`, with preemption: whoever is stopped ends after its grace, and waits again for its whole max runtime. @returns its runs */
function playPreempting(jobs: readonly QueuedJob[], policy: Policy): Map<string, { readonly from: number; readonly until: number }[]> {
  const runs = new Map<string, { from: number; until: number }[]>();
  const waiting = new Map(jobs.map((job) => [job.id, job]));
  let running: RunningJob[] = [];
  const instants = new Set(jobs.flatMap(({ queuedAt }) => [queuedAt, queuedAt + policy.preemptibleWaitSeconds]));
  while (instants.size > 0) {
    const now = Math.min(...instants);
    instants.delete(now);
    for (const { job, isStopping, gang } of running)
      if (gang.endsBy <= now && isStopping) waiting.set(job.id, { ...job, waitingSince: now });
    running = running.filter(({ gang }) => gang.endsBy > now);
    const queue = [...waiting.values()].filter(({ queuedAt }) => queuedAt <= now);
    const snapshot = { nodes: NODES, pods: [], gangs: running.map(({ gang }) => gang) };
    const decisions = cycle(queue, snapshot, new Map(), policy, now);
    const stops = stopsFor({ queue, snapshot, usage: new Map(), policy, now, decisions }, running);
    for (const { jobId } of stops) {
      const stopped = running.find(({ job }) => job.id === jobId)!;
      const endsBy = Math.min(stopped.gang.endsBy, now + GRACE_SECONDS);
      running = [...running.filter((each) => each !== stopped), { ...stopped, isStopping: true, gang: { ...stopped.gang, endsBy } }];
      runs.get(jobId)!.at(-1)!.until = endsBy;
      for (const after of [0, policy.preemptibleWaitSeconds]) instants.add(endsBy + after);
    }
    for (const decision of decisions) {
      const job = waiting.get(decision.jobId);
      if (decision.verdict === 'wait' || job === undefined) continue;
      waiting.delete(job.id);
      const endsBy = now + job.longestSeconds;
      const gang = { ...job, admissionId: job.id, placement: decision.placement, endsBy };
      running.push({ job, gang, startedAt: now, isStopping: false });
      runs.set(job.id, [...(runs.get(job.id) ?? []), { from: now, until: endsBy }]);
      for (const after of [SHIELDED_SECONDS, job.longestSeconds]) instants.add(now + after);
    }
  }
  return runs;
}

const withPriorities = (jobs: readonly QueuedJob[], lows: readonly boolean[]): QueuedJob[] =>
  jobs.map((job, index) => ({ ...job, priority: lows[index % lows.length] === true ? 'low' : 'normal' }));
const preempting: Policy = {
  ...DEFAULT_POLICY,
  ...{ fairShare: false, shieldedSeconds: SHIELDED_SECONDS, preemptibleWaitSeconds: 1_500 },
};
const anyPriorities = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });

describe('nobody starves (S1, S3)', () => {
  it('starts a job, first come, at the latest one longest runtime after its arrival for each job ahead of it and one for itself', () => {
    fc.assert(
      fc.property(anyJobs, (jobs) => {
        const starts = play(jobs, { ...DEFAULT_POLICY, fairShare: false });
        const order = jobs.toSorted((a, b) => a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1));
        for (const [ahead, { id, queuedAt }] of order.entries())
          expect(starts.get(id) ?? Infinity).toBeLessThanOrEqual(queuedAt + (ahead + 1) * LONGEST_SECONDS);
      }),
      { numRuns: 500 },
    );
  });

  it('starts the job of a company that used nothing within two longest runtimes for each other company, however many jobs these submit', () => {
    fc.assert(
      fc.property(anyJobs, fc.constantFrom([1, 1], [2, 8], [5, 4]), fc.nat({ max: 2_000 }), (others, [replicas = 1, gpus = 1], after) => {
        const small = { gpus: 1, cpuMillis: 0, memoryBytes: 0 };
        const flood = Array.from({ length: 60 }, (_, index): QueuedJob => {
          const queuedAt = START + index * 100;
          return {
            id: `f${index}`,
            tenantId: 'a',
            gpuClass: 'h800',
            priority: 'high',
            queuedAt,
            longestSeconds: 900,
            replicas: 3,
            replica: small,
          };
        });
        const replica = { gpus, cpuMillis: 0, memoryBytes: 0 };
        const modest: QueuedJob = {
          ...flood[0]!,
          id: 'modest',
          tenantId: 'm',
          queuedAt: START + after,
          replicas,
          replica,
          longestSeconds: 600,
        };
        const starts = play([...others, ...flood, modest], DEFAULT_POLICY);
        expect(starts.get('modest') ?? Infinity).toBeLessThanOrEqual(modest.queuedAt + 3 * 2 * LONGEST_SECONDS);
      }),
      { numRuns: 200 },
    );
  });
});

describe('with preemption (S5)', () => {
  it('starts a job, first come, one longest runtime after its arrival for each job ahead of it that is not preemptible, and one for itself', () => {
    fc.assert(
      fc.property(anyJobs, anyPriorities, (drawn, lows) => {
        const jobs = withPriorities(drawn, lows);
        const runs = playPreempting(jobs, { ...preempting, preemptibleWaitSeconds: 1_000_000 });
        const firm = jobs
          .filter(({ priority }) => priority === 'normal')
          .toSorted((a, b) => a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1));
        for (const [ahead, { id, queuedAt }] of firm.entries())
          expect(runs.get(id)?.[0]?.from ?? Infinity).toBeLessThanOrEqual(queuedAt + (ahead + 1) * LONGEST_SECONDS);
      }),
      { numRuns: 300 },
    );
  });

  it('starts a job after the shielded time and the grace of the preemptible jobs that hold its nodes', () => {
    fc.assert(
      fc.property(
        anyJobs,
        fc.constantFrom([1, 8], [2, 8], [5, 4]),
        fc.integer({ min: 0, max: 2_000 }),
        (drawn, [replicas = 1, gpus = 1], after) => {
          const queuedAt = START + after;
          const lows = withPriorities(drawn, [true]).filter((job) => job.queuedAt < queuedAt);
          const waiting = { ...drawn[0]!, id: 'firm', queuedAt, replicas, replica: { gpus, cpuMillis: 0, memoryBytes: 0 } };
          const runs = playPreempting([...lows, waiting], { ...preempting, preemptibleWaitSeconds: 1_000_000, backfill: false });
          expect(runs.get('firm')?.[0]?.from ?? Infinity).toBeLessThanOrEqual(queuedAt + SHIELDED_SECONDS + GRACE_SECONDS);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('starts every preemptible job, whatever others are submitted, for its shielded time at least, and ends them all', () => {
    let preempted = 0;
    fc.assert(
      fc.property(anyJobs, anyPriorities, (drawn, lows) => {
        const jobs = withPriorities(drawn, lows);
        const runs = playPreempting(jobs, preempting);
        const order = jobs.toSorted((a, b) => a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1));
        for (const [index, { id, queuedAt, longestSeconds, priority, tenantId }] of order.entries()) {
          // Its company's own jobs of a higher priority come first, whenever they are submitted.
          const higher = order
            .slice(index + 1)
            .filter((each) => priority === 'low' && each.priority !== 'low' && each.tenantId === tenantId);
          const ahead = index + higher.length;
          const own = runs.get(id) ?? [];
          const wait = priority === 'low' ? preempting.preemptibleWaitSeconds : 0;
          expect(own[0]?.from ?? Infinity).toBeLessThanOrEqual(queuedAt + wait + (ahead + 1) * LONGEST_SECONDS);
          for (const { from, until } of own) expect(until - from).toBeGreaterThanOrEqual(Math.min(longestSeconds, SHIELDED_SECONDS));
          expect(own.at(-1)!.until - own.at(-1)!.from).toBe(longestSeconds);
          preempted += own.length - 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(preempted).toBeGreaterThan(20);
  });
});

describe('work goes on (S3)', () => {
  it('leaves nothing waiting that fits while nothing is reserved', () => {
    fc.assert(
      fc.property(anyJobs, (jobs) => {
        const decisions = cycle(jobs, { nodes: NODES, pods: [], gangs: [] }, new Map(), DEFAULT_POLICY, START);
        const started = new Set(decisions.filter(({ verdict }) => verdict === 'start').map(({ jobId }) => jobId));
        const firstWaiting = decisions.findIndex(({ verdict }) => verdict === 'wait');
        const waiting = jobs.find(({ id }) => id === decisions[firstWaiting]?.jobId);
        if (waiting === undefined) return;
        // The first that waits does not fit beside those before it, so it gets the reservation: nothing of it was free to be used.
        const gangs = decisions.flatMap((decision): Gang[] => {
          const job = jobs.find(({ id }) => id === decision.jobId);
          if (decision.verdict === 'wait' || job === undefined || !started.has(job.id)) return [];
          return [{ ...job, admissionId: job.id, placement: decision.placement, endsBy: START + job.longestSeconds }];
        });
        const [again] = cycle([waiting], { nodes: NODES, pods: [], gangs }, new Map(), DEFAULT_POLICY, START);
        expect(again?.verdict).toBe('wait');
      }),
      { numRuns: 500 },
    );
  });
});
