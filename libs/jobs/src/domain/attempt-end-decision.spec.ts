import fc from 'fast-check';
import { attemptEnd, type EndingAttempt } from './attempt-end-decision.ts';
import type { AttemptPod } from './attempt-pod.ts';

const NOW = 1_790_000_000;

const attempt = (change: Partial<EndingAttempt> = {}): EndingAttempt => {
  return { replicas: 2, retries: 0, cancelRequested: false, startedTooLate: false, lateStarts: 0, lostPods: 0, ...change };
};
const running = (index: number, change: Partial<AttemptPod> = {}): AttemptPod => {
  const alive = { containerEnded: false, disrupted: false, deleting: false, gated: false };
  return { uid: `pod-${index}`, index, phase: 'Running', startedAt: NOW - 600, ...alive, ...change };
};
const ended = (index: number, exitCode: number, change: Partial<AttemptPod> = {}): AttemptPod =>
  running(index, { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerEnded: true, exitCode, endedAt: NOW, ...change });
/** As a pod looks that got SIGTERM ten seconds ago and left. */
const left = (index: number, exitCode: number, change: Partial<AttemptPod> = {}): AttemptPod =>
  ended(index, exitCode, { deleting: true, deletedAt: NOW - 10, ...change });
const evicted = { disrupted: true, disruptedAt: NOW - 10, reason: 'EvictionByEvictionAPI' };

describe('who ended an attempt decides what it ends as, not the exit code (J1, F6, M8)', () => {
  const both = (exitCode: number) => [left(0, exitCode), left(1, exitCode)];

  it.each([0, 1, 137, 143])('exit code %i after SIGTERM: suspended, timed out, cancelled or requeued, whoever sent it', (exitCode) => {
    const stop = { reason: 'funds exhausted', at: NOW - 12 };
    expect(attemptEnd(attempt({ stop }), both(exitCode))).toMatchObject({
      cause: 'controller',
      event: 'stopped',
      exit: { reason: 'funds exhausted' },
    });
    const late = attemptEnd(attempt({ lateSince: NOW - 12 }), [running(0), running(1)])!;
    expect(late).toMatchObject({ cause: 'controller', event: 'timed-out' });
    expect(attemptEnd(attempt({ lateSince: NOW - 12, decided: { ...late, at: NOW - 11 } }), both(exitCode))).toMatchObject(late);
    expect(attemptEnd(attempt({ cancelRequested: true }), both(exitCode))).toMatchObject({ cause: 'controller', event: 'cancelled' });
    expect(attemptEnd(attempt(), both(exitCode))).toMatchObject({
      cause: 'platform',
      event: 'rolled-back',
      exit: { reason: 'taken away from outside', exitCode: null },
      byDeletion: true,
    });
  });

  it('lets a program that ended before the stop can have reached it have its own end', () => {
    const stop = { reason: 'funds exhausted', at: NOW + 30 };
    expect(attemptEnd(attempt({ stop }), [ended(0, 0), ended(1, 0)])).toMatchObject({ cause: 'user', event: 'succeeded' });
    const takenBack = { deleting: true, deletedAt: NOW + 30 };
    expect(attemptEnd(attempt({ stop }), [ended(0, 0, takenBack), ended(1, 0, takenBack)])).toMatchObject({ event: 'succeeded' });
    expect(attemptEnd(attempt({ stop }), [ended(0, 3), left(1, 143, { endedAt: NOW + 40 })])).toMatchObject({
      cause: 'user',
      event: 'failed',
    });
    expect(attemptEnd(attempt({ lateSince: NOW + 5 }), [ended(0, 3), ended(1, 3)])).toMatchObject({ cause: 'user', event: 'failed' });
    expect(attemptEnd(attempt({ lateSince: NOW + 5 }), [ended(0, 0), ended(1, 0)])).toMatchObject({ cause: 'user', event: 'succeeded' });
  });

  it.each([0, 1, 143])(
    'exit code %i of pods deleted from outside is no end of their own because the controller stops them later',
    (exitCode) => {
      const outside = { deletedAt: NOW };
      const pods = [left(0, exitCode, outside), left(1, exitCode, outside)];
      const taken = attemptEnd(attempt(), pods)!;
      expect(attemptEnd(attempt({ decided: { ...taken, at: NOW + 20 } }), pods)).toMatchObject({ cause: 'platform', event: 'rolled-back' });
      const stop = { reason: 'funds exhausted', at: NOW + 20 };
      expect(attemptEnd(attempt({ stop }), pods)).toMatchObject({ cause: 'controller', event: 'stopped' });
    },
  );

  it('does not call a gang a success of which one pod ended well by itself and another at SIGTERM', () => {
    const stop = { reason: 'funds exhausted', at: NOW - 10 };
    expect(attemptEnd(attempt({ stop }), [ended(0, 0, { endedAt: NOW - 60 }), left(1, 0)])).toMatchObject({ event: 'stopped' });
    expect(attemptEnd(attempt(), [ended(0, 0, { endedAt: NOW - 60 }), left(1, 0)])).toMatchObject({ cause: 'platform' });
  });

  it.each([
    ['EvictionByEvictionAPI', 'Pod 0 was evicted through the API, as a drain of its node does.'],
    ['PreemptionByScheduler', 'Pod 0 was preempted by kube-scheduler.'],
    ['DeletionByTaintManager', 'Pod 0 was evicted from a node that cannot be reached.'],
    ['SomethingNew', 'Pod 0 was taken away by the cluster (SomethingNew).'],
  ])('tells that the cluster took a pod away: %s', (reason, detail) => {
    const taken = left(0, 143, { ...evicted, reason });
    expect(attemptEnd(attempt(), [taken, running(1)])).toMatchObject({ cause: 'platform', exit: { detail } });
  });

  it("knows a pod that its node lost or was restarted under for the platform's failure (M8)", () => {
    const rebooted = ended(0, 255, { reason: 'Unknown' });
    expect(attemptEnd(attempt(), [rebooted, running(1)])).toMatchObject({ cause: 'platform', event: 'rolled-back' });
    const unknown = ended(0, 137, { phase: 'Failed', reason: 'ContainerStatusUnknown', startedAt: undefined, endedAt: undefined });
    expect(attemptEnd(attempt(), [unknown, running(1)])).toMatchObject({ cause: 'platform', event: 'rolled-back' });
    expect(attemptEnd(attempt(), [ended(0, 255, { reason: 'Error' }), running(1)])).toMatchObject({ cause: 'user', event: 'failed' });
  });

  it('asks which came first: the pods left behind by an eviction fail, and Kubernetes deletes the others of a Job that failed', () => {
    const crashed = ended(1, 1, { endedAt: NOW - 5 });
    expect(attemptEnd(attempt(), [running(0, { ...evicted, deleting: true, deletedAt: NOW - 10 }), crashed])).toMatchObject({
      cause: 'platform',
    });
    expect(attemptEnd(attempt(), [running(0, { deleting: true, deletedAt: NOW - 10 }), crashed])).toMatchObject({ cause: 'platform' });
    expect(attemptEnd(attempt(), [running(0, { deleting: true, deletedAt: NOW - 5 }), crashed])).toMatchObject({
      cause: 'user',
      event: 'failed',
    });
    expect(attemptEnd(attempt(), [running(0, { deleting: true, deletedAt: NOW - 4 }), crashed])).toMatchObject({
      cause: 'user',
      event: 'failed',
    });
  });

  it('stays with what was decided, whatever its stop makes of the other pods', () => {
    const exitCode = fc.constantFrom(0, 1, 137, 143, 255);
    fc.assert(
      fc.property(fc.array(exitCode, { minLength: 1, maxLength: 4 }), fc.boolean(), (codes, disrupted) => {
        const first = attemptEnd(attempt({ replicas: 5 }), [
          ended(0, 3, { endedAt: NOW - 30 }),
          ...codes.map((_, index) => running(index + 1)),
        ])!;
        const others = codes.map((code, index) => left(index + 1, code, disrupted ? evicted : {}));
        const decided = { ...first, at: NOW - 20 };
        const now = attemptEnd(attempt({ replicas: 5, decided }), [ended(0, 3, { endedAt: NOW - 30 }), ...others]);
        expect(now).toMatchObject({ cause: 'user', event: 'failed', exit: { exitCode: 3 } });
      }),
    );
  });

  it("counts only failures of the user's own doing against the retries", () => {
    expect(attemptEnd(attempt({ replicas: 1, retries: 1 }), [ended(0, 3)])).toBeUndefined();
    expect(attemptEnd(attempt({ replicas: 1, retries: 1 }), [ended(0, 3, { endedAt: NOW - 60 }), ended(0, 4)])).toMatchObject({
      event: 'failed',
      exit: { exitCode: 4 },
    });
    expect(attemptEnd(attempt({ replicas: 1, retries: 1 }), [ended(0, 3, { endedAt: NOW - 60 }), running(0)])).toBeUndefined();
  });
});
