import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type ChangedObject, type ChangePosition, changesBetween, CHANGES_TOPIC, presentPosition, Signals, Transactions } from '#database';
import type { Principal } from '#identity';
import type { StreamEvent } from '../http/event-stream.ts';
import { SignalledReader } from '../http/signalled-reader.ts';
import { canResume, idOfPosition, positionOfId } from './change-position.ts';
import { concerns, topicsFor } from './change-topics.ts';

/** With more changes at once than this, readers are asked to read everything again. */
const MOST_READ = 5_000;
/** A reader that has not taken so many changes is asked to read everything again. */
const MOST_PENDING = 500;

/** One object of a topic that changed; without `id` several of the company did. */
interface Change {
  readonly topic: string;
  readonly id: string | null;
  readonly company: string | null;
}

/** One who follows what they may read. */
interface Listener {
  readonly principal: Principal;
  /** Changes that were not taken yet, each object once. */
  readonly pending: Map<string, Change>;
  /** There were too many: the reader reads everything again. */
  isBehind: boolean;
  /** Up to which changes are pending or taken. */
  position: ChangePosition;
  wake: () => void;
}

/**
 * The changes of objects as they are committed, for any number of streams: one reader per process reads them once and hands each to those
 * who may read the object. A position is a snapshot of the database, so that a reader that comes back gets each change once.
 */
@Injectable()
export class ChangeFeed implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #listeners = new Set<Listener>();
  readonly #reader: SignalledReader;
  #position: ChangePosition | undefined;

  constructor(
    private readonly transactions: Transactions,
    signals: Signals,
  ) {
    this.#reader = new SignalledReader(signals, CHANGES_TOPIC, () => this.#hand());
  }

  onApplicationBootstrap(): void {
    this.#reader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#reader.stop();
  }

  /**
   * What `principal` may read and changes after `lastEventId`, until `signal` fires: `opened`, then `changes`, and `reset` where there were too
   * many. `opened` says whether the changes since `lastEventId` follow; if not, the reader reads everything again.
   */
  async *follow(principal: Principal, lastEventId: string | undefined, signal: AbortSignal): AsyncGenerator<StreamEvent> {
    // Another process may have handed out a later position than this one has read.
    await this.#reader.upToDate();
    const upTo = this.#position;
    if (upTo === undefined) return;
    const listener: Listener = { principal, pending: new Map(), isBehind: false, position: upTo, wake: () => undefined };
    const wake = (): void => listener.wake();
    this.#listeners.add(listener);
    signal.addEventListener('abort', wake);
    try {
      const asked = positionOfId(lastEventId);
      const after = asked !== undefined && canResume(asked, upTo) ? asked : undefined;
      const opened = { resumed: after !== undefined, topics: topicsFor(principal) };
      yield { id: idOfPosition(after ?? upTo), type: 'opened', data: opened };
      if (after !== undefined) take(listener, await this.#between(after, upTo));
      while (!signal.aborted) {
        const event = eventOf(listener);
        if (event === undefined) await new Promise<void>((resolve) => (listener.wake = resolve));
        else yield event;
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#listeners.delete(listener);
    }
  }

  async #between(after: ChangePosition, upTo: ChangePosition): Promise<ChangedObject[]> {
    return await changesBetween(this.transactions.reader, after, upTo, MOST_READ + 1);
  }

  /** Reads the changes since the last look and hands them on. */
  async #hand(): Promise<boolean> {
    const present = await presentPosition(this.transactions.reader);
    const after = this.#position;
    if (after !== undefined && this.#listeners.size > 0) {
      const changes = await this.#between(after, present);
      for (const listener of this.#listeners) {
        if (!canResume(after, present)) listener.isBehind = true;
        listener.position = present;
        take(listener, changes);
        if (eventIsDue(listener)) listener.wake();
      }
    }
    this.#position = present;
    return false;
  }
}

function take(listener: Listener, changes: readonly ChangedObject[]): void {
  if (changes.length > MOST_READ) listener.isBehind = true;
  for (const change of changes) {
    if (listener.isBehind) break;
    if (!concerns(listener.principal, change)) continue;
    const { topic, objectId, tenantId } = change;
    listener.pending.set(`${topic} ${tenantId ?? ''} ${objectId ?? ''}`, { topic, id: objectId, company: tenantId });
    if (listener.pending.size > MOST_PENDING) listener.isBehind = true;
  }
  if (listener.isBehind) listener.pending.clear();
}

function eventIsDue(listener: Listener): boolean {
  return listener.isBehind || listener.pending.size > 0;
}

/** What the reader takes next; undefined: nothing has changed. */
function eventOf(listener: Listener): StreamEvent | undefined {
  if (!eventIsDue(listener)) return undefined;
  const id = idOfPosition(listener.position);
  if (listener.isBehind) {
    listener.isBehind = false;
    return { id, type: 'reset', data: {} };
  }
  const changes = [...listener.pending.values()];
  listener.pending.clear();
  return { id, type: 'changes', data: { changes } };
}
