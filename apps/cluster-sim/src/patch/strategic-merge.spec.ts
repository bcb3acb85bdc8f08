import type { JsonObject } from '../objects/kube-object.ts';
import { applyStrategicMerge } from './strategic-merge.ts';

const pod = {
  spec: {
    containers: [
      { name: 'main', image: 'a:1', env: [{ name: 'A', value: '1' }], command: ['x'] },
      { name: 'side', image: 'b:1' },
    ],
    nodeSelector: { zone: 'one', disk: 'fast' },
  },
  metadata: { finalizers: ['a/x', 'b/y'] },
};

describe('strategic merge', () => {
  const merged = (patch: object): unknown =>
    applyStrategicMerge('V1Pod', structuredClone(pod) as unknown as JsonObject, patch as JsonObject);

  it('merges items of a list by their key and leaves the others', () => {
    expect(merged({ spec: { containers: [{ name: 'main', image: 'a:2', env: [{ name: 'B', value: '2' }] }] } })).toMatchObject({
      spec: {
        containers: [
          {
            name: 'main',
            image: 'a:2',
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
          },
          { name: 'side', image: 'b:1' },
        ],
      },
    });
  });

  it('replaces lists that have no key', () => {
    expect(merged({ spec: { containers: [{ name: 'main', command: ['y', 'z'] }] } })).toMatchObject({
      spec: { containers: [{ command: ['y', 'z'] }, {}] },
    });
  });

  it('obeys its directives', () => {
    expect(merged({ spec: { containers: [{ name: 'side', $patch: 'delete' }] } })).toMatchObject({
      spec: { containers: [{ name: 'main' }] },
    });
    expect(merged({ metadata: { '$deleteFromPrimitiveList/finalizers': ['a/x'] } })).toMatchObject({ metadata: { finalizers: ['b/y'] } });
    expect(merged({ spec: { nodeSelector: { $patch: 'replace', zone: 'two' } } })).toMatchObject({
      spec: { nodeSelector: { zone: 'two' } },
    });
    expect(merged({ spec: { nodeSelector: { disk: null } } })).toMatchObject({ spec: { nodeSelector: { zone: 'one' } } });
    const order = { '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }] };
    expect(merged({ spec: order })).toMatchObject({ spec: { containers: [{ name: 'side' }, { name: 'main' }] } });
  });

  it('adds to sets what is not there yet', () => {
    expect(merged({ metadata: { finalizers: ['b/y', 'c/z'] } })).toMatchObject({ metadata: { finalizers: ['a/x', 'b/y', 'c/z'] } });
  });
});
