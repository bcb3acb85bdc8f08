import type { V1Node } from '@kubernetes/client-node';
import { formatInstant, type Instant, instantOf } from '#kernel';

/** Annotation by which an operator announces when a node's maintenance begins (RFC 3339). The node stays closed until the operator removes it. */
const MAINTENANCE_FROM = 'speedspace.io/maintenance-from';
/** Annotation by which an operator announces when the maintenance of a node, or another time for which it is closed, ends (RFC 3339). */
const MAINTENANCE_UNTIL = 'speedspace.io/maintenance-until';

/** What an operator has announced of the maintenance of a node. */
export interface Maintenance {
  readonly from?: Instant;
  /** Later than `from`. It may be in the past: then nothing is known of the end. */
  readonly until?: Instant;
  /** Annotations that cannot be used: a sentence for operators each. */
  readonly ignored: readonly string[];
}

/** The announcements of a node. One that cannot be read, and an end that is not after the begin, are ignored. */
export function maintenanceOf(node: V1Node): Maintenance {
  const [from, until] = [read(node, MAINTENANCE_FROM), read(node, MAINTENANCE_UNTIL)];
  const endsTooSoon = from.at !== undefined && until.at !== undefined && until.at <= from.at;
  const tooSoon = `The annotation ${MAINTENANCE_UNTIL} is ignored: the maintenance would not end after it begins.`;
  return {
    ...(from.at !== undefined && { from: from.at }),
    ...(until.at !== undefined && !endsTooSoon && { until: until.at }),
    ignored: [...from.ignored, ...until.ignored, ...(endsTooSoon ? [tooSoon] : [])],
  };
}

/** As at `now`: an announced end that has passed is ignored, as the node is closed nevertheless or needs no end. */
export function maintenanceAt(node: V1Node, now: Instant): Maintenance {
  const { until, ignored, ...maintenance } = maintenanceOf(node);
  if (until === undefined || until > now) return { ...maintenance, ...(until !== undefined && { until }), ignored };
  const passed = `The annotation ${MAINTENANCE_UNTIL} is ignored: ${formatInstant(until)} has passed.`;
  const remedy = 'Remove the annotations of the maintenance, or announce another end.';
  return { ...maintenance, ignored: [...ignored, `${passed} ${remedy}`] };
}

/** The annotations of a node that announce its maintenance. */
export function maintenanceAnnotations({ metadata }: V1Node): Record<string, string> {
  const annotations = Object.entries(metadata?.annotations ?? {});
  return Object.fromEntries(annotations.filter(([name]) => name === MAINTENANCE_FROM || name === MAINTENANCE_UNTIL));
}

function read(node: V1Node, annotation: string): { readonly at?: Instant; readonly ignored: readonly string[] } {
  const text = node.metadata?.annotations?.[annotation];
  if (text === undefined) return { ignored: [] };
  const milliseconds = Date.parse(text);
  if (!Number.isNaN(milliseconds)) return { at: instantOf(new Date(milliseconds)), ignored: [] };
  return { ignored: [`The annotation ${annotation} is ignored: "${text}" is not a time such as 2026-12-01T08:00:00+08:00.`] };
}
