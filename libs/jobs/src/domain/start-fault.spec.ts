import fc from 'fast-check';
import { followSign, startFaultOf, type StartSign } from './start-fault.ts';

const NOW = 1_790_000_000;
const POLICY = { startFaultTimeoutSeconds: 45 };
const NOT_FOUND = 'rpc error: code = NotFound desc = failed to resolve reference "registry.park.example/team/train:1.4": not found';

const sign = (reason: string, change: Partial<StartSign> = {}): StartSign => ({ index: 0, reason, message: 'no', since: NOW, ...change });

describe('an attempt that cannot start by its own fault (J4)', () => {
  it.each([
    ['InvalidImageName', 'image-name-invalid'],
    ['ErrImageNeverPull', 'image-not-on-node'],
    ['StartError', 'container-not-started'],
    ['ContainerCannotRun', 'container-not-started'],
  ])('ends at once by %s', (reason, code) => {
    expect(startFaultOf([sign(reason)], POLICY, NOW)).toMatchObject({ code });
  });

  it.each([
    ['ErrImagePull', 'image-pull-failed'],
    ['ImagePullBackOff', 'image-pull-failed'],
    ['CreateContainerConfigError', 'container-config-invalid'],
    ['CreateContainerError', 'container-not-created'],
    ['RunContainerError', 'container-not-started'],
  ])('ends by %s after its patience, and not before: it may pass', (reason, code) => {
    expect(startFaultOf([sign(reason)], POLICY, NOW + 44)).toBeUndefined();
    expect(startFaultOf([sign(reason)], POLICY, NOW + 45)).toMatchObject({ code });
  });

  it('is told in a sentence with the registry’s own words', () => {
    expect(startFaultOf([sign('ErrImagePull', { index: 3, message: NOT_FOUND })], POLICY, NOW + 60)).toEqual({
      code: 'image-pull-failed',
      detail: `The image of pod 3 cannot be pulled: ${NOT_FOUND} (ErrImagePull). Check its name and tag, and that its registry lets the cluster have it.`,
    });
  });

  it('is told in a sentence that can be stored, wherever the words of a registry are cut', () => {
    const faults = [598, 599].map((length) =>
      startFaultOf([sign('StartError', { message: `${'x'.repeat(length)}😀 and more` })], POLICY, NOW),
    );
    expect(faults.map((fault) => fault?.detail.isWellFormed())).toEqual([true, true]);
  });

  it.each(['ContainerCreating', 'PodInitializing', 'CrashLoopBackOff', 'Completed', 'constructor'])('is not told by %s', (reason) => {
    expect(startFaultOf([sign(reason, { since: 0 })], POLICY, NOW)).toBeUndefined();
  });

  it('counts its patience from the first sign, and keeps the cause that a bare back-off does not tell', () => {
    const first = followSign(undefined, { index: 0, reason: 'ErrImagePull', message: NOT_FOUND }, NOW);
    const backing = followSign(first, { index: 0, reason: 'ImagePullBackOff', message: 'Back-off pulling image "a/b:c"' }, NOW + 10);
    expect(backing).toEqual(first);
    const newer = { index: 0, reason: 'ImagePullBackOff', message: `Back-off pulling image "a/b:c": ErrImagePull: ${NOT_FOUND}` };
    expect(followSign(undefined, newer, NOW)).toEqual(first);
    const again = followSign(backing, { index: 0, reason: 'ErrImagePull', message: 'unauthorized' }, NOW + 30);
    expect(again).toEqual({ index: 0, reason: 'ErrImagePull', message: 'unauthorized', since: NOW });
    expect(followSign(again, { index: 0, reason: 'CreateContainerError', message: 'x' }, NOW + 40).since).toBe(NOW + 40);
  });

  it('never ends while nothing is told, ends for good once it may, and names the first pod at fault', () => {
    const reasons = fc.constantFrom('ErrImagePull', 'CreateContainerError', 'ContainerCreating', 'StartError');
    const some = fc.array(
      fc.record({ index: fc.nat(8), reason: reasons, message: fc.string(), since: fc.integer({ min: NOW - 99, max: NOW }) }),
    );
    fc.assert(
      fc.property(some, fc.nat(200), (signs, later) => {
        const fault = startFaultOf(signs, POLICY, NOW);
        if (signs.every(({ reason }) => reason === 'ContainerCreating')) expect(fault).toBeUndefined();
        if (fault !== undefined) expect(startFaultOf(signs, POLICY, NOW + later)).not.toBeUndefined();
        const last = startFaultOf(signs, POLICY, NOW + 99);
        const indexes = signs.filter(({ reason }) => reason !== 'ContainerCreating').map(({ index }) => index);
        if (last !== undefined) expect(last.detail).toContain(`pod ${Math.min(...indexes)}`);
      }),
    );
  });
});
