import { Injectable, Logger } from '@nestjs/common';
import { type ClusterEvent, ClusterService, type PodObservation } from '#cluster';
import { Clock, instantOf } from '#kernel';
import { type PodEvent, statusEvents } from '#pod-history';
import { PodCache } from './pod-cache.ts';

/** Events that wait to be kept. A controller that does not lead keeps so many of the latest ones, so that it can begin at once. */
const MOST_EVENTS = 20_000;

/** What the cluster reports of our pods and nobody has kept yet: its Events, and the reasons in the status of the pods. */
@Injectable()
export class PodEventBuffer {
  readonly #log = new Logger('pod-events');
  readonly #events = new Map<string, PodEvent>();
  /** The reason that the status of each pod gave last, so that a pod that only changes otherwise is no new event. */
  readonly #reasons = new Map<string, string>();
  #isLost = false;

  constructor(
    private readonly cluster: ClusterService,
    pods: PodCache,
    private readonly clock: Clock,
  ) {
    pods.onPod({ seen: (pod) => this.#see(pod), gone: (uid) => void this.#reasons.delete(uid) });
  }

  /** Watches the Events of the cluster until `signal` aborts, and reconnects after any loss of connection. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.cluster.pods.watchEvents(
      { onEvent: (event) => this.#add(eventOf(event)), onSynced: () => (this.#isLost = false), onLost: (error) => this.#lost(error) },
      signal,
    );
  }

  /** Takes up to `most` of the events. Those that cannot be kept are returned with `putBack`. */
  take(most: number): PodEvent[] {
    const taken: PodEvent[] = [];
    for (const [id, event] of this.#events) {
      if (taken.length >= most) break;
      taken.push(event);
      this.#events.delete(id);
    }
    return taken;
  }

  putBack(events: readonly PodEvent[]): void {
    for (const event of events) if (!this.#events.has(event.id)) this.#add(event);
  }

  #see(pod: PodObservation): void {
    const events = statusEvents(pod, instantOf(this.clock.now()));
    const reason = events.map((event) => `${event.reason}: ${event.message}`).join('\n');
    if (this.#reasons.get(pod.uid) === reason || (reason === '' && !this.#reasons.has(pod.uid))) return;
    this.#reasons.set(pod.uid, reason);
    for (const event of events) this.#add(event);
  }

  #add(event: PodEvent): void {
    // What changes again moves to the end, so that the oldest ones are dropped first.
    this.#events.delete(event.id);
    this.#events.set(event.id, event);
    if (this.#events.size <= MOST_EVENTS) return;
    const [oldest] = this.#events.keys();
    if (oldest !== undefined) this.#events.delete(oldest);
  }

  /** Logs a lost connection once. Jobs run on without it. */
  #lost(error: unknown): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#log.warn(`the Events of the cluster cannot be watched, and are tried again: ${String(error)}`);
  }
}

function eventOf({ uid, index, ...event }: ClusterEvent): PodEvent {
  return { ...event, id: uid, replica: index, source: 'event' };
}
