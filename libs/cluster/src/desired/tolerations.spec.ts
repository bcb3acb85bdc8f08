import type { V1Taint, V1Toleration } from '@kubernetes/client-node';
import { toleratesNode } from './tolerations.ts';

const TRAINING: V1Taint = { key: 'dedicated', value: 'training', effect: 'NoSchedule' };

/** The cases of `ToleratesTaint` in Kubernetes (k8s.io/api/core/v1/toleration.go), and of its scheduler's filter TaintToleration. */
describe('which taints a pod tolerates', () => {
  it.each<[boolean, string, V1Toleration, V1Taint]>([
    [true, 'key, value and effect are equal', { key: 'dedicated', operator: 'Equal', value: 'training', effect: 'NoSchedule' }, TRAINING],
    [true, 'no operator means Equal', { key: 'dedicated', value: 'training', effect: 'NoSchedule' }, TRAINING],
    [true, 'no effect means every effect', { key: 'dedicated', operator: 'Equal', value: 'training' }, TRAINING],
    [true, 'the key exists', { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }, TRAINING],
    [true, 'no key with Exists means every key', { operator: 'Exists', effect: 'NoSchedule' }, TRAINING],
    [true, 'neither key nor effect', { operator: 'Exists' }, { key: 'anything', effect: 'NoExecute' }],
    [true, 'no value equals an empty one', { key: 'dedicated', operator: 'Equal' }, { key: 'dedicated', value: '', effect: 'NoSchedule' }],
    [true, 'an empty value equals none', { key: 'dedicated', operator: 'Equal', value: '' }, { key: 'dedicated', effect: 'NoExecute' }],
    [
      true,
      'for a while is enough to start',
      { key: 'dedicated', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 },
      { key: 'dedicated', effect: 'NoExecute' },
    ],
    [false, 'the key differs', { key: 'dedicate', operator: 'Exists' }, TRAINING],
    [false, 'the key differs in case', { key: 'Dedicated', operator: 'Exists' }, TRAINING],
    [false, 'the value differs', { key: 'dedicated', operator: 'Equal', value: 'serving', effect: 'NoSchedule' }, TRAINING],
    [false, 'the value is missing', { key: 'dedicated', operator: 'Equal', effect: 'NoSchedule' }, TRAINING],
    [false, 'the effect differs', { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }, TRAINING],
    [false, 'NoSchedule does not cover NoExecute', { operator: 'Exists', effect: 'NoSchedule' }, { key: 'dedicated', effect: 'NoExecute' }],
    [false, 'no key without Exists means nothing', { operator: 'Equal', value: 'training' }, TRAINING],
  ])('%s: %s', (tolerated, _why, toleration, taint) => {
    expect(toleratesNode([toleration], [taint])).toBe(tolerated);
    expect(toleratesNode([{ key: 'another', operator: 'Exists' }, toleration], [taint])).toBe(tolerated);
  });

  it('needs a toleration for each taint, but for those that only discourage', () => {
    const second: V1Taint = { key: 'rack', value: '7', effect: 'NoExecute' };
    const tolerations: V1Toleration[] = [{ key: 'dedicated', operator: 'Exists' }];
    expect(toleratesNode(tolerations, [TRAINING, second])).toBe(false);
    expect(toleratesNode([...tolerations, { key: 'rack', operator: 'Equal', value: '7' }], [TRAINING, second])).toBe(true);
    expect(toleratesNode([], [{ key: 'rack', value: '7', effect: 'PreferNoSchedule' }])).toBe(true);
    expect(toleratesNode([], [])).toBe(true);
    expect(toleratesNode([], [TRAINING])).toBe(false);
  });
});
