import fc from 'fast-check';
import { anyCycle, NOW } from '../testing/any-cycle.ts';
import { gang, job, node, now, snapshot } from '../testing/some-cycle.ts';
import { cycle } from './cycle.ts';
import { DEFAULT_POLICY } from './queue.ts';
import { afterCycle, type CycleInput, startOutlook, withRefusals } from './start-outlook.ts';
import { waitingStates } from './waiting-reasons.ts';

function inputOf(given: Partial<CycleInput>): CycleInput {
  return { queue: [], snapshot: snapshot([node('n1')]), usage: new Map(), policy: DEFAULT_POLICY, now, ...given };
}

describe('when a job would start that is not submitted yet (S6)', () => {
  it('starts now where it fits, however many starts the controller makes at once', () => {
    expect(startOutlook(inputOf({ policy: { ...DEFAULT_POLICY, mostStarts: 0 } }), job('asked', 1, 8))).toEqual({
      startsNow: true,
      reasons: [],
    });
  });

  it('has its place behind the jobs of others, all its reasons and its expected start', () => {
    const input = inputOf({
      snapshot: snapshot([node('n1')], [gang('running/1', ['n1'], 8, 600)]),
      queue: [job('first', 1, 8, { tenantId: 'other', queuedAt: now - 600 }), job('elsewhere', 1, 1, { gpuClass: 'slice' })],
    });
    const asked = job('asked', 1, 8, { queuedAt: now, inadmissible: { reason: 'funds', detail: '¥3.00 short.' } });
    const outlook = startOutlook(input, asked);
    expect(outlook).toMatchObject({ startsNow: false, place: 2 });
    expect(outlook.reasons.map(({ code }) => code)).toEqual(['funds', 'capacity']);
    expect(startOutlook(input, { ...asked, inadmissible: undefined! })).toMatchObject({ place: 2, expectedStart: now + 600 + 3_600 });
  });

  it('is what the job is told once it waits, in every cycle', () => {
    fc.assert(
      fc.property(anyCycle, fc.nat(), ({ queue, snapshot: cluster, usage, policy: drawn }, pick) => {
        const asked = queue[pick % Math.max(1, queue.length)];
        fc.pre(asked !== undefined);
        const policy = { ...drawn, mostStarts: Infinity, mostStartsOfTenant: new Map<string, number>() };
        const input = { queue: queue.filter((each) => each !== asked), snapshot: cluster, usage, policy, now: NOW };
        const decisions = cycle(queue, cluster, usage, policy, NOW);
        const own = decisions.find(({ jobId }) => jobId === asked.id);
        const outlook = startOutlook(input, asked);
        expect(outlook.startsNow).toBe(own?.verdict === 'start');
        if (own?.verdict !== 'wait') return;
        const state = waitingStates({ queue, snapshot: cluster, policy, now: NOW, decisions }).get(asked.id);
        expect(outlook).toMatchObject({ place: state?.place, reasons: state?.reasons });
        expect(outlook.expectedStart).toBe(own.expectedStart);
      }),
    );
  });

  it('is asked of the cluster as the last cycle left it: what it started runs', () => {
    const input = inputOf({ queue: [job('starting', 1, 8)] });
    const decisions = cycle(input.queue, input.snapshot, input.usage, input.policy, now);
    const next = afterCycle({ ...input, decisions });
    expect(next.queue).toEqual([]);
    expect(startOutlook(next, job('asked', 1, 1))).toMatchObject({ startsNow: false, expectedStart: now + 3_600 });
  });

  it('counts a job whose funds were refused as waiting, and says so', () => {
    const input = inputOf({ queue: [job('poor', 1, 8, { queuedAt: now - 99 }), job('other', 1, 8)] });
    const decisions = cycle(input.queue, input.snapshot, input.usage, input.policy, now);
    const settled = withRefusals({ ...input, decisions }, new Map([['poor', { reason: 'funds', detail: '¥3.00 short.' }]]));
    expect(settled.decisions.find(({ jobId }) => jobId === 'poor')).toEqual({
      ...{ jobId: 'poor', verdict: 'wait', reason: 'funds', detail: '¥3.00 short.' },
    });
    expect(waitingStates(settled).get('poor')?.reasons[0]).toMatchObject({ code: 'funds' });
    expect(afterCycle(settled).queue.map(({ id }) => id)).toEqual(['poor', 'other']);
  });
});
