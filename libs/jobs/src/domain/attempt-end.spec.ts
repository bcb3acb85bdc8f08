import { endOfRefusedPods } from './attempt-end.ts';

const NOW = 1_790_000_000;
const POLICY = { startFaultTimeoutSeconds: 45 };

describe('an attempt whose pods the cluster does not create (J4)', () => {
  it('fails at once where the pods will always be refused', () => {
    const end = endOfRefusedPods({ message: 'pods "x" is forbidden: no', permanent: true }, NOW, POLICY, NOW);
    expect(end).toMatchObject({ cause: 'cannot-start', event: 'failed', exit: { reason: 'refused-by-cluster' } });
  });

  it('returns to the queue where a refusal that may pass has lasted for too long', () => {
    const refusal = { message: 'exceeded quota: pods', permanent: false };
    expect(endOfRefusedPods(refusal, NOW - 44, POLICY, NOW)).toBeUndefined();
    expect(endOfRefusedPods(refusal, NOW - 45, POLICY, NOW)).toMatchObject({
      ...{ cause: 'platform', event: 'rolled-back' },
      exit: { reason: 'pods-not-created', detail: 'The cluster creates no pods of this job for now: exceeded quota: pods.' },
    });
  });
});
