import fc from 'fast-check';
import type { KubeObject } from '../objects/kube-object.ts';
import { seenThrough } from '../api/watch-requests.ts';
import { labelFilter } from '../api/selectors.ts';
import { CONFIG_MAPS } from '../schema/resources.ts';
import { ObjectStore } from './object-store.ts';

interface Step {
  readonly action: 'put' | 'remove';
  readonly name: string;
  readonly colour: string;
}

const step = fc.record<Step>({
  action: fc.constantFrom('put', 'put', 'remove'),
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  colour: fc.constantFrom('red', 'blue'),
});

function play(store: ObjectStore, { action, name, colour }: Step): void {
  if (action === 'put') store.put(CONFIG_MAPS, configMap(name, colour));
  else if (store.get(CONFIG_MAPS, 'space', name) !== undefined) store.remove(CONFIG_MAPS, 'space', name);
}

function configMap(name: string, colour: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'space', uid: name, resourceVersion: '', creationTimestamp: '', labels: { colour } },
  };
}

function state(store: ObjectStore, selector: string): Record<string, string> {
  const matches = labelFilter(selector);
  const seen = store.list(CONFIG_MAPS).filter(({ object }) => matches(object));
  return Object.fromEntries(seen.map(({ object }) => [object.metadata.name, object.metadata.resourceVersion]));
}

describe('ObjectStore', () => {
  it.each(['', 'colour=red'])('comes to the same state by list and watch as by a later list, with selector "%s"', (selector) => {
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (before, after) => {
        const store = new ObjectStore(1000, 1);
        for (const each of before) play(store, each);
        const known = state(store, selector);
        const since = store.revision;
        for (const each of after) play(store, each);
        const matches = selector === '' ? undefined : labelFilter(selector);
        for (const change of store.changesAfter(CONFIG_MAPS, since) ?? []) {
          const { name, resourceVersion } = change.current.object.metadata;
          const type = seenThrough(change, matches);
          if (type === 'ADDED') expect(known).not.toHaveProperty(name);
          if (type === 'MODIFIED') expect(known).toHaveProperty(name);
          if (type === 'DELETED') Reflect.deleteProperty(known, name);
          else if (type !== undefined) known[name] = resourceVersion;
        }
        expect(known).toEqual(state(store, selector));
      }),
    );
  });

  it('says that a revision is gone rather than skipping changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), (since) => {
        const store = new ObjectStore(10, 0);
        for (let count = 0; count < 60; count++) store.put(CONFIG_MAPS, configMap('a', 'red'));
        const changes = store.changesAfter(CONFIG_MAPS, since);
        if (changes !== undefined)
          expect(changes.map(({ revision }) => revision)).toEqual(Array.from({ length: 60 - since }, (_, index) => since + index + 1));
        else expect(since).toBeLessThan(50);
      }),
    );
  });

  it('forgets everything before a compaction', () => {
    const store = new ObjectStore(10, 0);
    store.put(CONFIG_MAPS, configMap('a', 'red'));
    store.compact();
    expect(store.changesAfter(CONFIG_MAPS, 0)).toBeUndefined();
    expect(store.changesAfter(CONFIG_MAPS, 1)).toEqual([]);
  });

  it('notifies followers in the order of revisions, also of changes that are made at a change', () => {
    const store = new ObjectStore();
    store.subscribe(CONFIG_MAPS, ({ current }) => {
      if (current.object.metadata.name === 'a') store.put(CONFIG_MAPS, configMap('b', 'blue'));
    });
    const seen: number[] = [];
    store.follow(CONFIG_MAPS, ({ revision }) => seen.push(revision));
    for (const colour of ['red', 'blue']) store.put(CONFIG_MAPS, configMap('a', colour));
    expect(seen).toHaveLength(4);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });
});
