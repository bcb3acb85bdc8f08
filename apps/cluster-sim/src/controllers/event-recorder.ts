import type { KubeObject } from '../objects/kube-object.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { createObject } from '../lifecycle/object-lifecycle.ts';
import { EVENTS } from '../schema/resources.ts';
import { kubeTime } from '../time/kube-time.ts';

interface KubeEvent extends KubeObject {
  readonly involvedObject: object;
}

/** Writes Events about objects, and forgets them after their time. */
export class Recorder {
  readonly #alive: { readonly namespace: string; readonly name: string; readonly until: number }[] = [];
  #sweeping = false;
  #count = 0;

  constructor(private readonly simulation: Simulation) {}

  record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { events, settings } = this.simulation;
    if (settings.eventTtlSeconds <= 0) return;
    const { namespace = 'default', name: subject, uid, resourceVersion } = about.metadata;
    const name = `${subject}.${(++this.#count).toString(16).padStart(16, '0')}`;
    const at = kubeTime(events.now());
    createObject<KubeEvent>(this.simulation, EVENTS, { name, namespace }, {
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name: subject, namespace, uid, resourceVersion },
      reason,
      message,
      type,
      source: { component: 'simulated-cluster' },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
      eventTime: null,
      reportingComponent: 'simulated-cluster',
      reportingInstance: '',
    } as Omit<KubeEvent, 'apiVersion' | 'kind' | 'metadata'>);
    this.#alive.push({ namespace, name, until: events.now() + settings.eventTtlSeconds * 1000 });
    this.#sweepLater();
  }

  #sweepLater(): void {
    if (this.#sweeping || this.#alive.length === 0) return;
    this.#sweeping = true;
    this.simulation.events.after((this.simulation.settings.eventTtlSeconds * 1000) / 4, () => {
      this.#sweeping = false;
      const kept = this.#alive.findIndex(({ until }) => until > this.simulation.events.now());
      for (const { namespace, name } of this.#alive.splice(0, kept < 0 ? this.#alive.length : kept)) {
        if (this.simulation.store.get(EVENTS, namespace, name) !== undefined) this.simulation.store.remove(EVENTS, namespace, name);
      }
      this.#sweepLater();
    });
  }
}
