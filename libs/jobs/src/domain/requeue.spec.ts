import { instantOf } from '#kernel';
import { type AttemptEnd, platformFailure } from './attempt-end.ts';
import { attemptEnd, type EndingAttempt } from './attempt-end-decision.ts';
import { keepsPlace, type Requeue, requeueAfter, requeueAfterStart } from './requeue.ts';

const NOW = 1_790_000_000;
const POLICY = { nodeAvoidanceSeconds: 600 };

const attempt = (change: Partial<EndingAttempt> = {}): EndingAttempt => {
  return { replicas: 1, retries: 0, cancelRequested: false, startedTooLate: false, lateStarts: 0, lostPods: 0, ...change };
};
const secondsOf = (requeue: Requeue | undefined): number => instantOf(new Date(requeue!.notBefore)) - NOW;
/** The end of an attempt that did not start, after `before`. */
const late = (before: Requeue | null): AttemptEnd =>
  attemptEnd(attempt({ startedTooLate: true, lateStarts: before?.lateStarts ?? 0 }), [])!;
const rejected = (node: string): AttemptEnd => {
  const rejection = { reason: 'OutOfcpu', message: 'Node didn’t have enough resource: cpu' };
  const pod = {
    uid: 'pod',
    index: 0,
    phase: 'Failed',
    node,
    rejection,
    containerEnded: false,
    disrupted: false,
    deleting: false,
    gated: false,
  };
  return attemptEnd(attempt(), [pod])!;
};

describe('a job that did not start (J4)', () => {
  it('is tried again with growing pauses, and fails after three rounds', () => {
    const pauses: number[] = [];
    let requeue: Requeue | null = null;
    for (let round = 1; round < 3; round += 1) {
      const end = late(requeue);
      expect(end).toMatchObject({ cause: 'cannot-start', event: 'rolled-back', exit: { reason: 'start-deadline' } });
      requeue = requeueAfter(end, requeue, POLICY, NOW) ?? null;
      pauses.push(secondsOf(requeue ?? undefined));
    }
    expect(pauses).toEqual([60, 120]);
    const last = late(requeue);
    expect(last).toMatchObject({
      event: 'failed',
      exit: { reason: 'start-deadline', detail: 'Not all of its pods began in time, 3 times in a row.' },
    });
    expect(requeueAfter(last, requeue, POLICY, NOW)).toBeUndefined();
  });

  it('says what kube-scheduler says', () => {
    const unschedulable = '0/3 nodes are available: 3 Insufficient memory.';
    const pod = {
      uid: 'pod',
      index: 0,
      phase: 'Pending',
      unschedulable,
      containerEnded: false,
      disrupted: false,
      deleting: false,
      gated: false,
    };
    expect(attemptEnd(attempt({ startedTooLate: true }), [pod])?.exit.detail).toBe(`Not all of its pods began in time: ${unschedulable}`);
  });

  it('avoids every node that rejected it lately, pauses, and never fails by it: that is the platform’s failure', () => {
    let requeue: Requeue | null = null;
    const pauses: number[] = [];
    for (const node of ['n1', 'n2', 'n3', 'n4', 'n5']) {
      const end = rejected(node);
      expect(end).toMatchObject({ cause: 'platform', event: 'rolled-back', exit: { reason: 'node-rejected' }, rejectedBy: [node] });
      requeue = requeueAfter(end, requeue, POLICY, NOW) ?? null;
      pauses.push(secondsOf(requeue ?? undefined));
    }
    expect(pauses).toEqual([60, 120, 240, 480, 600]);
    expect(Object.keys(requeue!.avoidedNodes)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5']);
    expect(requeue!.detail).toBe('Node n5 did not take pod 0: Node didn’t have enough resource: cpu (OutOfcpu).');
    const later = requeueAfter(rejected('n1'), requeue, POLICY, NOW + 601);
    expect(Object.keys(later!.avoidedNodes)).toEqual(['n1']);
    expect(late(requeue)).toMatchObject({ event: 'rolled-back' });
  });

  it('takes nothing along where it does not go back to the queue', () => {
    const exit = { reason: 'funds exhausted', detail: 'It was stopped.', exitCode: null };
    expect(requeueAfter({ cause: 'controller', event: 'stopped', exit }, null, POLICY, NOW)).toBeUndefined();
  });

  it('fails at once by its own fault, whatever round it is; a cancellation still names the end', () => {
    const startFault = { code: 'image-pull-failed' as const, detail: 'The image cannot be pulled.' };
    expect(attemptEnd(attempt({ startFault }), [])).toEqual({
      cause: 'cannot-start',
      event: 'failed',
      exit: { reason: 'image-pull-failed', detail: 'The image cannot be pulled.', exitCode: null },
    });
    expect(attemptEnd(attempt({ startFault, cancelRequested: true }), [])).toMatchObject({ event: 'cancelled' });
  });
});

describe('a job that the platform takes while it runs (M8)', () => {
  it('starts again at once, then with growing pauses, keeps its place in the queue, and never fails of it', () => {
    const pauses: number[] = [];
    let requeue: Requeue | null = null;
    for (let loss = 1; loss <= 8; loss += 1) {
      const before: Requeue | null = requeue;
      const after = requeueAfter(platformFailure('Its node was lost.'), before, POLICY, NOW)!;
      expect(keepsPlace(after, before)).toBe(true);
      pauses.push(secondsOf(after));
      requeue = requeueAfterStart(after);
    }
    expect(pauses).toEqual([0, 0, 60, 120, 240, 480, 600, 600]);
    expect(requeue).toMatchObject({ losses: 8, lateStarts: 0 });
  });

  it('stands behind others where it did not start, and forgets that once it has started', () => {
    const after = requeueAfter(late(null), null, POLICY, NOW)!;
    expect(keepsPlace(after, null)).toBe(false);
    expect(requeueAfterStart(after)).toBeNull();
  });
});
