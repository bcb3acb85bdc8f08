import type { V1Node, V1Taint } from '@kubernetes/client-node';
import { formatInstant, type Instant } from '#kernel';
import { podTolerations, untoleratedTaints } from '../desired/tolerations.ts';
import { isReady, type NodeClass } from './capacity.ts';
import type { Maintenance } from './maintenance.ts';

/** Why pods of classes may not start on a node. */
export interface NodeClosure {
  readonly code: 'not-ready' | 'cordoned' | 'maintenance' | 'taint' | 'unreadable';
  /** The classes of the node to which it is closed for this. */
  readonly classes: readonly string[];
  /** A sentence for operators. */
  readonly detail: string;
  /** Of the code `taint`: `key=value:effect`, as kubectl writes it. */
  readonly taint?: string;
}

/** Taints by which Kubernetes itself marks a node that is cordoned or not ready: these are reasons of their own. */
const OWN_TAINTS = {
  cordoned: ['node.kubernetes.io/unschedulable'],
  notReady: ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'],
};

/**
 * Everything for which a node is closed to `classes`, which it has, at `now`.
 * @param unreadable why nobody knows what is free on it
 */
export function nodeClosures(
  node: V1Node,
  classes: readonly NodeClass[],
  { from, until }: Maintenance,
  unreadable: string | undefined,
  now: Instant,
): NodeClosure[] {
  const codes = classes.map(({ code }) => code);
  const [ready, cordoned] = [isReady(node), node.spec?.unschedulable === true];
  const closures: NodeClosure[] = [];
  if (!ready) closures.push({ code: 'not-ready', classes: codes, detail: 'Kubernetes does not report it as ready.' });
  if (cordoned) closures.push({ code: 'cordoned', classes: codes, detail: 'It is cordoned.' });
  if (from !== undefined && from <= now) {
    const end = until === undefined ? 'no end is announced' : `is announced to end at ${formatInstant(until)}`;
    closures.push({ code: 'maintenance', classes: codes, detail: `Its maintenance began at ${formatInstant(from)}, and ${end}.` });
  }
  if (unreadable !== undefined) closures.push({ code: 'unreadable', classes: codes, detail: unreadable });
  const known = new Set([...(cordoned ? OWN_TAINTS.cordoned : []), ...(ready ? [] : OWN_TAINTS.notReady)]);
  return [
    ...closures,
    ...taintClosures(
      (node.spec?.taints ?? []).filter(({ key }) => !known.has(key)),
      classes,
    ),
  ];
}

function taintClosures(taints: readonly V1Taint[], classes: readonly NodeClass[]): NodeClosure[] {
  return taints.flatMap((taint) => {
    const codes = classes.filter((gpuClass) => untoleratedTaints(podTolerations(gpuClass), [taint]).length > 0).map(({ code }) => code);
    if (codes.length === 0) return [];
    const { key, value = '', effect } = taint;
    const text = `${key}${value === '' ? '' : `=${value}`}:${effect}`;
    return [{ code: 'taint' as const, classes: codes, detail: `${codes.join(', ')} does not tolerate its taint ${text}.`, taint: text }];
  });
}
