import { countLostPods, isLost, isReleasable, neverRan, readingOf } from './lost-pods.ts';

const running = { uid: 'a', gpus: 8, phase: 'Running', startedAt: 100, containerEnded: false, deleting: false, disrupted: false };
const ended = { ...running, phase: 'Failed', containerEnded: true, endedAt: 160 };
const unseen = { ...running, phase: 'Failed', containerEnded: true };
const pending = { uid: 'a', gpus: 8, phase: 'Pending', containerEnded: false, deleting: false, disrupted: false };

describe('a lost pod (M3)', () => {
  it('is over, and nobody reports when it ended', () => {
    expect([running, ended, unseen, pending].map(isLost)).toEqual([false, false, true, false]);
  });

  it('may be released like one whose end is reported, or one that never ran', () => {
    expect([running, ended, unseen, pending].map(isReleasable)).toEqual([false, true, true, false]);
    expect(neverRan({ ...pending, deleting: true })).toBe(true);
    expect(isReleasable({ ...pending, deleting: true })).toBe(true);
    expect(isReleasable({ ...running, deleting: true })).toBe(false);
  });

  it('is read no more; others are read from their start, and are seen at their end', () => {
    expect(readingOf(running)).toEqual({ podUid: 'a', gpus: 8, startedAt: 100, endedAt: undefined, seenAt: 100 });
    expect(readingOf(ended)).toMatchObject({ endedAt: 160, seenAt: 160 });
    expect([unseen, pending].map(readingOf)).toEqual([undefined, undefined]);
  });

  it('counts against the platform, unless its process ended by itself', () => {
    const attempt = { running: true, pods: [unseen], endedAtLastSeen: ['a', 'gone'], metered: false };
    expect(countLostPods(attempt)).toBe(2);
    expect(countLostPods({ ...attempt, pods: [{ ...unseen, exitCode: 3 }] })).toBe(1);
    expect(countLostPods({ ...attempt, pods: [{ ...unseen, exitCode: 137, reason: 'ContainerStatusUnknown' }] })).toBe(2);
  });

  it('counts once where a job is recorded as running and nothing of it is left', () => {
    const attempt = { running: true, pods: [], endedAtLastSeen: [], metered: false };
    expect(countLostPods(attempt)).toBe(1);
    expect(countLostPods({ ...attempt, metered: true })).toBe(0);
    expect(countLostPods({ ...attempt, running: false })).toBe(0);
  });
});
