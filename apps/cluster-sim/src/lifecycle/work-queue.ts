import type { EventQueue } from '../time/event-queue.ts';

/** Keys to reconcile, each at most once at a time, as an instant's last step or later. */
export class WorkQueue {
  readonly #queued = new Set<string>();

  constructor(
    private readonly events: EventQueue,
    private readonly reconcile: (key: string) => void,
  ) {}

  add(key: string): void {
    if (this.#queued.has(key)) return;
    this.#queued.add(key);
    this.events.soon(() => {
      this.#queued.delete(key);
      this.reconcile(key);
    });
  }

  addAfter(key: string, milliseconds: number): void {
    this.events.after(milliseconds, () => {
      this.add(key);
    });
  }
}
