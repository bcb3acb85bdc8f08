import type { PodObservation } from '#cluster';
import type { Job } from '#jobs';
import { nextStep } from './attempt.ts';

const NOW = 1_790_000_000;
const POLICY = { startDeadlineSeconds: 600, startFaultTimeoutSeconds: 45 };

function job(change: Partial<Job> = {}, retries = 0): Job {
  const given = { id: 'job_1', replicas: 2, attempt: 1, state: 'Running', maxRuntimeSeconds: 3_600, graceSeconds: 30, stopReason: null };
  const dates = {
    decidedEnd: null,
    requeue: null,
    stopRequestedAt: null,
    admittedAt: new Date(NOW * 1_000 - 80_000),
    cancelRequestedAt: null,
  };
  const startedAt = (change.state ?? 'Running') === 'Running' ? new Date(NOW * 1_000 - 50_000) : null;
  return { ...given, ...dates, startedAt, spec: { retries }, ...change } as Job;
}

function pod(index: number, change: Partial<PodObservation> = {}): PodObservation {
  const given = {
    uid: `pod-${index}`,
    index,
    phase: 'Running',
    startedAt: NOW - 50,
    gated: false,
    disrupted: false,
    deleting: false,
    hasFinalizer: true,
  };
  return { ...given, ...change } as PodObservation;
}

const ended = (index: number, exitCode: number, change: Partial<PodObservation> = {}) =>
  pod(index, { phase: exitCode === 0 ? 'Succeeded' : 'Failed', exitCode, endedAt: NOW - 5, ...change });

describe('the next step of an attempt', () => {
  it('creates what is admitted, and again until its pods are seen (J2)', () => {
    expect(nextStep(job({ state: 'Admitted' }), [], 0, POLICY, NOW)).toEqual({ do: 'create' });
  });

  it('starts when all pods have begun, since the first did (J4, J5)', () => {
    const starting = job({ state: 'Starting' });
    expect(nextStep(starting, [pod(0)], 0, POLICY, NOW)).toEqual({ do: 'none' });
    expect(nextStep(starting, [pod(0), pod(1, { startedAt: NOW - 70 })], 0, POLICY, NOW)).toEqual({ do: 'mark-started', at: NOW - 70 });
  });

  it('sends pods to their nodes that wait for it, replacements too, but none that is to go (S2)', () => {
    const gated = pod(1, { phase: 'Pending', startedAt: undefined, gated: true });
    expect(nextStep(job({ state: 'Starting' }), [pod(0), gated], 0, POLICY, NOW)).toEqual({ do: 'assign-nodes', pods: [gated] });
    const replaced = [pod(0), ended(1, 3), { ...gated, uid: 'pod-1b' }];
    expect(nextStep(job({}, 1), replaced, 0, POLICY, NOW)).toMatchObject({ do: 'assign-nodes', pods: [{ uid: 'pod-1b' }] });
    const takenBack = nextStep(job({ state: 'Starting' }), [pod(0), { ...gated, deleting: true }], 0, POLICY, NOW);
    expect(takenBack).toMatchObject({ do: 'stop-pods', end: { cause: 'platform' } });
    expect(nextStep(job({ cancelRequestedAt: new Date() }), [pod(0), gated], 0, POLICY, NOW)).toMatchObject({ do: 'stop-pods' });
  });

  it('rolls a gang back that is not whole by its start deadline (J4)', () => {
    const late = job({ state: 'Starting', admittedAt: new Date((NOW - 601) * 1_000) });
    const waiting = pod(1, { phase: 'Pending', startedAt: undefined });
    expect(nextStep(late, [waiting], 0, POLICY, NOW)).toMatchObject({ do: 'stop-pods' });
    const gone = { ...waiting, phase: 'Failed' as const };
    expect(nextStep(late, [gone], 0, POLICY, NOW)).toMatchObject({ do: 'settle', end: { event: 'rolled-back' } });
  });

  it('does not wait for a pod that was taken back before it came to a node, nor for one that was never made (J4)', () => {
    const late = job({ state: 'Starting', admittedAt: new Date((NOW - 601) * 1_000) });
    const takenBack = pod(1, { phase: 'Pending', startedAt: undefined, deleting: true });
    expect(nextStep(late, [takenBack], 0, POLICY, NOW)).toMatchObject({ do: 'settle', end: { event: 'rolled-back' } });
    expect(nextStep(late, [], 0, POLICY, NOW)).toMatchObject({ do: 'settle', end: { event: 'rolled-back' } });
  });

  it('asks no more of pods that are on their way out fast enough', () => {
    const cancelled = job({ cancelRequestedAt: new Date() });
    const leaving = (seconds: number) => pod(0, { deleting: true, deletionGraceSeconds: seconds });
    expect(nextStep(cancelled, [leaving(30)], 0, POLICY, NOW)).toEqual({ do: 'none' });
    expect(nextStep(cancelled, [leaving(300)], 0, POLICY, NOW)).toMatchObject({ do: 'stop-pods', graceSeconds: 30 });
    expect(nextStep(cancelled, [leaving(30), pod(1)], 0, POLICY, NOW)).toMatchObject({ do: 'stop-pods', graceSeconds: 30 });
  });

  it('succeeds when every index ended well, and fails with the exit code of the culprit', () => {
    expect(nextStep(job(), [ended(0, 0), ended(1, 0)], 0, POLICY, NOW)).toMatchObject({
      do: 'settle',
      end: { event: 'succeeded' },
      at: NOW - 5,
    });
    expect(nextStep(job(), [ended(0, 3), pod(1)], 0, POLICY, NOW)).toMatchObject({ do: 'stop-pods' });
    const failed = nextStep(job(), [ended(0, 3), ended(1, 143)], 0, POLICY, NOW);
    expect(failed).toMatchObject({ do: 'settle', end: { event: 'failed', exit: { reason: 'exit-code', exitCode: 3 } } });
  });

  it('lets a pod be replaced that may be tried again', () => {
    expect(nextStep(job({}, 1), [ended(0, 3), ended(1, 0)], 0, POLICY, NOW)).toEqual({ do: 'none' });
    const replaced = [ended(0, 3), ended(0, 0, { uid: 'pod-0b' }), ended(1, 0)];
    expect(nextStep(job({}, 1), replaced, 0, POLICY, NOW)).toMatchObject({ do: 'settle', end: { event: 'succeeded' } });
  });

  it('goes back to the queue when the platform lost a pod (M3)', () => {
    expect(nextStep(job(), [pod(0)], 1, POLICY, NOW)).toMatchObject({ do: 'stop-pods' });
    expect(nextStep(job(), [], 1, POLICY, NOW)).toMatchObject({
      do: 'settle',
      end: { event: 'rolled-back', exit: { reason: 'platform failure' } },
    });
    const [half, whole] = [[ended(0, 0)], [ended(0, 0), ended(1, 0)]];
    expect(nextStep(job(), half, 1, POLICY, NOW)).toMatchObject({ do: 'settle', end: { event: 'rolled-back' } });
    expect(nextStep(job(), whole, 1, POLICY, NOW)).toMatchObject({ do: 'settle', end: { event: 'succeeded' } });
  });

  it('goes back to the queue when a node forgot what it ran, and never fails by an exit code that was made up (M8)', () => {
    const rebooted = ended(0, 255, { reason: 'Unknown', endedAt: undefined });
    const forgotten = ended(0, 137, { reason: 'ContainerStatusUnknown', startedAt: undefined, endedAt: undefined });
    for (const lost of [rebooted, forgotten]) {
      expect(nextStep(job({}, 2), [lost, pod(1)], 1, POLICY, NOW)).toMatchObject({ do: 'stop-pods' });
      const settled = nextStep(job(), [lost, ended(1, 143)], 1, POLICY, NOW);
      expect(settled).toMatchObject({ do: 'settle', end: { event: 'rolled-back', exit: { reason: 'platform failure' } } });
      const cancelled = nextStep(job({ cancelRequestedAt: new Date() }), [lost, ended(1, 143)], 1, POLICY, NOW);
      expect(cancelled).toMatchObject({ do: 'settle', end: { event: 'cancelled' } });
    }
  });

  it('counts the max runtime from when all pods had begun, not by the clock of a node (J5)', () => {
    const starting = job({ state: 'Starting', replicas: 1 });
    for (const startedAt of [NOW - 7_200, NOW + 7_200])
      expect(nextStep(starting, [pod(0, { startedAt })], 0, POLICY, NOW)).toEqual({ do: 'mark-started', at: NOW });
    const running = (seconds: number) => job({ replicas: 1, startedAt: new Date((NOW - seconds) * 1_000) });
    for (const startedAt of [NOW - 7_200, NOW + 7_200, undefined]) {
      expect(nextStep(running(3_599), [pod(0, { startedAt })], 0, POLICY, NOW)).toEqual({ do: 'none' });
      expect(nextStep(running(3_600), [pod(0, { startedAt })], 0, POLICY, NOW)).toMatchObject({
        do: 'stop-pods',
        end: { event: 'timed-out' },
      });
    }
  });

  it('ends at its max runtime, at a cancellation, and at the end of funds', () => {
    const early = { startedAt: NOW - 3_610 };
    const due = { startedAt: new Date((NOW - 3_610) * 1_000) };
    expect(nextStep(job(due), [pod(0, early), pod(1)], 0, POLICY, NOW)).toMatchObject({ do: 'stop-pods', graceSeconds: 30 });
    expect(nextStep(job(due), [ended(0, 143, early), ended(1, 143)], 0, POLICY, NOW)).toMatchObject({
      do: 'settle',
      end: { event: 'timed-out' },
    });
    const cancelled = job({ cancelRequestedAt: new Date(NOW * 1_000) });
    expect(nextStep(cancelled, [ended(0, 143), ended(1, 143)], 0, POLICY, NOW)).toMatchObject({
      do: 'settle',
      end: { event: 'cancelled' },
    });
    const stopRequestedAt = new Date((NOW - 20) * 1_000);
    const suspending = job({ state: 'Suspending', stopReason: 'funds exhausted', stopRequestedAt });
    const stopped = nextStep(suspending, [ended(0, 143), ended(1, 143)], 0, POLICY, NOW);
    expect(stopped).toMatchObject({ do: 'settle', end: { event: 'stopped', exit: { reason: 'funds exhausted' } } });
  });
});
