import { endOfRefusedPods } from './attempt-end.ts';

const NOW = 1_790_000_000;
const POLICY = { startFaultTimeoutSeconds: 45 };

describe('an attempt whose pods the cluster does not create (J4)', () => {
  it('fails at once where the pods will always be refused', () => {
    const end = endOfRefusedPods({ message: 'pods "x" is forbidden: no', permanent: true }, NOW, POLICY, NOW);
    expect(end).toMatchObject({ cause: 'cannot-start', event: 'failed', exit: { reason: 'refused-by-cluster' } });
  });

  it('names the RuntimeClass that the cluster lacks, and who can mend that', () => {
    const message = 'pods "train-0-x" is forbidden: pod rejected: RuntimeClass "kata-gpu" not found';
    expect(endOfRefusedPods({ message, permanent: true }, NOW, POLICY, NOW)?.exit).toEqual({
      ...{ reason: 'refused-by-cluster', exitCode: null },
      detail:
        'The cluster does not accept this job: its GPU class uses the RuntimeClass "kata-gpu", and the cluster has none of that name. ' +
        'Ask the operator to create it or to change the class, then submit the job again.',
    });
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
