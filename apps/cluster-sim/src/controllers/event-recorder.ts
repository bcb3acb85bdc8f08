import type { KubeObject } from '../objects/kube-object.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { createObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import { EVENTS } from '../schema/resources.ts';
import { kubeTime } from '../time/kube-time.ts';

interface KubeEvent extends KubeObject {
  readonly involvedObject: object;
  readonly lastTimestamp: string;
  readonly count: number;
}

/** Writes Events about objects, counts the same warning up in one Event, and forgets them after their time. */
export class Recorder {
  /** Names of the Events of warnings, by what they warn of. */
  readonly #warnings = new Map<string, string>();
  readonly #alive: { readonly namespace: string; readonly name: string; readonly until: number }[] = [];
  #sweeping = false;
  #count = 0;

  constructor(private readonly simulation: Simulation) {}

  record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { events, settings } = this.simulation;
    if (settings.eventTtlSeconds <= 0) return;
    const { namespace = 'default', name: subject, uid, resourceVersion } = about.metadata;
    const warning = `${about.kind} ${uid} ${reason} ${message}`;
    if (type === 'Warning' && this.#countUp(namespace, this.#warnings.get(warning))) return;
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
    if (type === 'Warning') this.#warnings.set(warning, name);
    this.#alive.push({ namespace, name, until: events.now() + settings.eventTtlSeconds * 1000 });
    this.#sweepLater();
  }

  /** @returns whether the Event is still there */
  #countUp(namespace: string, name: string | undefined): boolean {
    const known = name === undefined ? undefined : this.simulation.store.get<KubeEvent>(EVENTS, namespace, name)?.object;
    if (known === undefined) return false;
    const lastTimestamp = kubeTime(this.simulation.events.now());
    replaceObject(this.simulation, EVENTS, { ...known, count: known.count + 1, lastTimestamp });
    return true;
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
      const alive = new Set(this.#alive.map(({ name }) => name));
      for (const [warning, name] of this.#warnings) if (!alive.has(name)) this.#warnings.delete(warning);
      this.#sweepLater();
    });
  }
}
