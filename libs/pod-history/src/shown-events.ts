import { type ExplainedReason, explainReason } from '#jobs';
import type { PodEvent } from './domain/pod-event.ts';

/** Equal events as one, with what they mean. */
export interface ShownPodEvent extends Omit<PodEvent, 'id' | 'jobId'> {
  readonly explained: ExplainedReason;
}

/**
 * Events as people read them: those that differ in nothing but their time as one, in the order in which they first occurred. An Event that
 * says the same as the status of its pod stays, because each has a message of its own.
 */
export function shownEvents(events: readonly PodEvent[]): ShownPodEvent[] {
  const alike = Map.groupBy(events, ({ podName, source, reason, message }) => JSON.stringify([podName, source, reason, message]));
  return [...alike.values()]
    .flatMap((group): ShownPodEvent[] => {
      const [first] = group;
      if (first === undefined) return [];
      const { attempt, replica, podName, source, type, reason, message } = first;
      const count = group.reduce((sum, each) => sum + each.count, 0);
      const [firstAt, lastAt] = [Math.min(...group.map((each) => each.firstAt)), Math.max(...group.map((each) => each.lastAt))];
      const event = { attempt, replica, podName, source, type, reason, message };
      return [{ ...event, count, firstAt, lastAt, explained: explainReason(event) }];
    })
    .sort((a, b) => a.firstAt - b.firstAt || a.lastAt - b.lastAt);
}
