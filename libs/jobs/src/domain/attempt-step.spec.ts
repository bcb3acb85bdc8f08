import type { Job } from '../job.ts';
import type { AttemptPod } from './attempt-pod.ts';
import { type AttemptStep, isQuiet, keepsPods, lacksPods, nextStep as stepOf } from './attempt-step.ts';

const NOW = 1_790_000_000;
const POLICY = { startDeadlineSeconds: 600, startFaultTimeoutSeconds: 45 };

function job(change: Partial<Job> = {}, retries = 0): Job {
  const given = { id: 'job_1', replicas: 2, attempt: 1, state: 'Running', maxRuntimeSeconds: 3_600, graceSeconds: 30, stopReason: null };
  const dates = {
    decidedEnd: null,
    podFailures: null,
    requeue: null,
    stopRequestedAt: null,
    admittedAt: new Date(NOW * 1_000 - 80_000),
    cancelRequestedAt: null,
  };
  const startedAt = (change.state ?? 'Running') === 'Running' ? new Date(NOW * 1_000 - 50_000) : null;
  return { ...given, ...dates, startedAt, spec: { retries }, ...change } as Job;
}

function pod(index: number, change: Partial<AttemptPod> = {}): AttemptPod {
  const given = {
    uid: `pod-${index}`,
    index,
    phase: 'Running',
    startedAt: NOW - 50,
    gated: false,
    disrupted: false,
    deleting: false,
  };
  return { ...given, ...change } as AttemptPod;
}

function nextStep(current: Job, pods: readonly AttemptPod[], lostPods = 0): AttemptStep {
  return stepOf({ job: current, pods, lostPods, silentPods: new Set(), startSigns: [] }, POLICY, NOW);
}

const ended = (index: number, exitCode: number, change: Partial<AttemptPod> = {}) =>
  pod(index, { phase: exitCode === 0 ? 'Succeeded' : 'Failed', exitCode, endedAt: NOW - 5, ...change });

describe('the next step of an attempt', () => {
  it('creates what is admitted, and again until its pods are observed (J2)', () => {
    expect(nextStep(job({ state: 'Admitted' }), [])).toEqual({ do: 'create' });
  });

  it('starts when all pods have begun, since the first did (J4, J5)', () => {
    const starting = job({ state: 'Starting' });
    expect(nextStep(starting, [pod(0)])).toEqual({ do: 'none' });
    expect(nextStep(starting, [pod(0), pod(1, { startedAt: NOW - 70 })])).toEqual({ do: 'mark-started', at: NOW - 70 });
  });

  it('assigns nodes to pods that wait for them, replacements too, but not to pods that must end (S2)', () => {
    const gated = pod(1, { phase: 'Pending', startedAt: undefined, gated: true });
    expect(nextStep(job({ state: 'Starting' }), [pod(0), gated])).toEqual({ do: 'assign-nodes', pods: [gated] });
    const replaced = [pod(0), ended(1, 3), { ...gated, uid: 'pod-1b' }];
    expect(nextStep(job({}, 1), replaced)).toMatchObject({ do: 'assign-nodes', pods: [{ uid: 'pod-1b' }] });
    const takenBack = nextStep(job({ state: 'Starting' }), [pod(0), { ...gated, deleting: true }]);
    expect(takenBack).toMatchObject({ do: 'stop-pods', end: { cause: 'platform' } });
    expect(nextStep(job({ cancelRequestedAt: new Date() }), [pod(0), gated])).toMatchObject({ do: 'stop-pods' });
  });

  it('rolls a gang back that is incomplete at its start deadline (J4)', () => {
    const late = job({ state: 'Starting', admittedAt: new Date((NOW - 601) * 1_000) });
    const waiting = pod(1, { phase: 'Pending', startedAt: undefined });
    expect(nextStep(late, [waiting])).toMatchObject({ do: 'stop-pods' });
    const gone = { ...waiting, phase: 'Failed' as const };
    expect(nextStep(late, [gone])).toMatchObject({ do: 'settle', end: { event: 'rolled-back' } });
  });

  it('does not wait for a pod that was deleted before it reached a node, nor for one that was never created (J4)', () => {
    const late = job({ state: 'Starting', admittedAt: new Date((NOW - 601) * 1_000) });
    const takenBack = pod(1, { phase: 'Pending', startedAt: undefined, deleting: true });
    expect(nextStep(late, [takenBack])).toMatchObject({ do: 'settle', end: { event: 'rolled-back' } });
    expect(nextStep(late, [])).toMatchObject({ do: 'settle', end: { event: 'rolled-back' } });
  });

  it('does nothing more to pods that already end within the grace', () => {
    const cancelled = job({ cancelRequestedAt: new Date() });
    const leaving = (seconds: number) => pod(0, { deleting: true, deletionGraceSeconds: seconds });
    expect(nextStep(cancelled, [leaving(30)])).toEqual({ do: 'none' });
    expect(nextStep(cancelled, [leaving(300)])).toMatchObject({ do: 'stop-pods', graceSeconds: 30 });
    expect(nextStep(cancelled, [leaving(30), pod(1)])).toMatchObject({ do: 'stop-pods', graceSeconds: 30 });
  });

  it('succeeds when every index ended well, and fails with the exit code of the failed pod', () => {
    expect(nextStep(job(), [ended(0, 0), ended(1, 0)])).toMatchObject({
      do: 'settle',
      end: { event: 'succeeded' },
      at: NOW - 5,
    });
    expect(nextStep(job(), [ended(0, 3), pod(1)])).toMatchObject({ do: 'stop-pods' });
    const failed = nextStep(job(), [ended(0, 3), ended(1, 143)]);
    expect(failed).toMatchObject({ do: 'settle', end: { event: 'failed', exit: { reason: 'exit-code', exitCode: 3 } } });
  });

  it('lets a pod be replaced while retries are left', () => {
    expect(nextStep(job({}, 1), [ended(0, 3), ended(1, 0)])).toEqual({ do: 'none' });
    const replaced = [ended(0, 3), ended(0, 0, { uid: 'pod-0b' }), ended(1, 0)];
    expect(nextStep(job({}, 1), replaced)).toMatchObject({ do: 'settle', end: { event: 'succeeded' } });
  });

  it('returns to the queue when the platform lost a pod (M3)', () => {
    expect(nextStep(job(), [pod(0)], 1)).toMatchObject({ do: 'stop-pods' });
    expect(nextStep(job(), [], 1)).toMatchObject({
      do: 'settle',
      end: { event: 'rolled-back', exit: { reason: 'platform failure' } },
    });
    const [half, whole] = [[ended(0, 0)], [ended(0, 0), ended(1, 0)]];
    expect(nextStep(job(), half, 1)).toMatchObject({ do: 'settle', end: { event: 'rolled-back' } });
    expect(nextStep(job(), whole, 1)).toMatchObject({ do: 'settle', end: { event: 'succeeded' } });
  });

  it('returns to the queue when a node lost its containers, and never fails by an invented exit code (M8)', () => {
    const rebooted = ended(0, 255, { reason: 'Unknown', endedAt: undefined });
    const forgotten = ended(0, 137, { reason: 'ContainerStatusUnknown', startedAt: undefined, endedAt: undefined });
    for (const lost of [rebooted, forgotten]) {
      expect(nextStep(job({}, 2), [lost, pod(1)], 1)).toMatchObject({ do: 'stop-pods' });
      const settled = nextStep(job(), [lost, ended(1, 143)], 1);
      expect(settled).toMatchObject({ do: 'settle', end: { event: 'rolled-back', exit: { reason: 'platform failure' } } });
      const cancelled = nextStep(job({ cancelRequestedAt: new Date() }), [lost, ended(1, 143)], 1);
      expect(cancelled).toMatchObject({ do: 'settle', end: { event: 'cancelled' } });
    }
  });

  it('counts the max runtime from the recorded start, not by the clock of a node (J5)', () => {
    const starting = job({ state: 'Starting', replicas: 1 });
    for (const startedAt of [NOW - 7_200, NOW + 7_200])
      expect(nextStep(starting, [pod(0, { startedAt })])).toEqual({ do: 'mark-started', at: NOW });
    const running = (seconds: number) => job({ replicas: 1, startedAt: new Date((NOW - seconds) * 1_000) });
    for (const startedAt of [NOW - 7_200, NOW + 7_200, undefined]) {
      expect(nextStep(running(3_599), [pod(0, { startedAt })])).toEqual({ do: 'none' });
      expect(nextStep(running(3_600), [pod(0, { startedAt })])).toMatchObject({
        do: 'stop-pods',
        end: { event: 'timed-out' },
      });
    }
  });

  it('ends at its max runtime, at a cancellation, and when its funds are exhausted', () => {
    const early = { startedAt: NOW - 3_610 };
    const due = { startedAt: new Date((NOW - 3_610) * 1_000) };
    expect(nextStep(job(due), [pod(0, early), pod(1)])).toMatchObject({ do: 'stop-pods', graceSeconds: 30 });
    expect(nextStep(job(due), [ended(0, 143, early), ended(1, 143)])).toMatchObject({
      do: 'settle',
      end: { event: 'timed-out' },
    });
    const cancelled = job({ cancelRequestedAt: new Date(NOW * 1_000) });
    expect(nextStep(cancelled, [ended(0, 143), ended(1, 143)])).toMatchObject({
      do: 'settle',
      end: { event: 'cancelled' },
    });
    const stopRequestedAt = new Date((NOW - 20) * 1_000);
    const suspending = job({ state: 'Suspending', stopReason: 'funds exhausted', stopRequestedAt });
    const stopped = nextStep(suspending, [ended(0, 143), ended(1, 143)]);
    expect(stopped).toMatchObject({ do: 'settle', end: { event: 'stopped', exit: { reason: 'funds exhausted' } } });
  });

  it('gives up a pod on a silent node only where its job is over and its grace has passed (M3)', () => {
    const leaving = pod(0, { deleting: true, deletedAt: NOW - 40, deletionGraceSeconds: 30 });
    const silently = (current: Job, pods: AttemptPod[]) =>
      stepOf({ job: current, pods, lostPods: 0, silentPods: new Set(['pod-0']), startSigns: [] }, POLICY, NOW);
    const cancelled = job({ cancelRequestedAt: new Date() });
    expect(silently(cancelled, [leaving])).toMatchObject({ do: 'settle', end: { event: 'cancelled' }, givenUp: ['pod-0'] });
    expect(silently(cancelled, [{ ...leaving, deletedAt: NOW - 20 }])).toEqual({ do: 'none' });
    const suspending = job({ state: 'Suspending', stopReason: 'funds exhausted', stopRequestedAt: new Date((NOW - 20) * 1_000) });
    expect(silently(suspending, [leaving])).toEqual({ do: 'none' });
  });
});

describe('an attempt', () => {
  it('is quiet while all its pods run, or are about to, on their nodes', () => {
    expect(isQuiet([pod(0), pod(1, { phase: 'Pending', startedAt: undefined })], [])).toBe(true);
    for (const loud of [ended(0, 0), pod(0, { gated: true }), pod(0, { deleting: true })]) expect(isQuiet([loud, pod(1)], [])).toBe(false);
    expect(isQuiet([], [])).toBe(false);
    expect(isQuiet([pod(0)], [{ index: 0, reason: 'ErrImagePull', message: '', since: NOW }])).toBe(false);
  });

  it('lacks pods once its Job exists, until each replica has one, or something ends it', () => {
    const starting = job({ state: 'Starting' });
    expect(lacksPods({ job: starting, pods: [pod(0), pod(0, { uid: 'again' })] })).toBe(true);
    expect(lacksPods({ job: starting, pods: [pod(0), pod(1)] })).toBe(false);
    expect(lacksPods({ job: job({ state: 'Admitted' }), pods: [] })).toBe(false);
    expect(lacksPods({ job: job({ state: 'Starting', cancelRequestedAt: new Date() }), pods: [] })).toBe(false);
  });

  it('keeps its pods for their logs where it was the last and ended by itself', () => {
    expect(keepsPods({ state: 'Succeeded', attempt: 2 }, 2)).toBe(true);
    expect(keepsPods({ state: 'Succeeded', attempt: 2 }, 1)).toBe(false);
    expect(keepsPods({ state: 'Cancelled', attempt: 2 }, 2)).toBe(false);
    expect(keepsPods(undefined, 1)).toBe(false);
  });
});
