import { Injectable } from '@nestjs/common';
import type { Actor } from '#audit';
import { notify, type Tx } from '#database';
import { Clock, formatInstant, instantOf, newId } from '#kernel';
import { isNewWarning, warningAt } from './domain/funds-warning.ts';
import { type Job, type JobNoteKind, whoActed } from './job.ts';
import { insertNotes, updateForesight } from './job.queries.ts';
import { JOBS_TOPIC } from './jobs.service.ts';

/** What is told of jobs that leaves them in their state; set-based, for any number of them. */
@Injectable()
export class JobNotes {
  constructor(private readonly clock: Clock) {}

  /**
   * Says when jobs run out of funds, null where that is not foreseen, and warns of it (rule F6): once at each of `distances`, in
   * seconds before the end.
   */
  async foreseeExhaustion(
    tx: Tx,
    foreseen: readonly { readonly job: Job; readonly at: Date | null }[],
    distances: readonly number[],
    actor: Actor,
  ): Promise<void> {
    const now = instantOf(this.clock.now());
    const outlooks = foreseen.map(({ job, at }) => {
      const remaining = at === null ? undefined : instantOf(at) - now;
      return { job, exhaustsAt: at, warnedSeconds: warningAt(remaining, distances, job.warnedSeconds) };
    });
    const changed = await updateForesight(
      tx,
      outlooks.map(({ job: { id }, ...foresight }) => ({ id, ...foresight })),
    );
    const warned = outlooks.flatMap(({ job, exhaustsAt, warnedSeconds }) =>
      exhaustsAt !== null && isNewWarning(job.warnedSeconds, warnedSeconds)
        ? [{ jobId: job.id, ...warning(formatInstant(instantOf(exhaustsAt)), warnedSeconds ?? 0) }]
        : [],
    );
    await this.#note(tx, actor, 'funds-warning', warned);
    if (changed > 0) await notify(tx, JOBS_TOPIC);
  }

  async #note(
    tx: Tx,
    actor: Actor,
    kind: JobNoteKind,
    notes: readonly { readonly jobId: string; readonly reason: string; readonly data: Readonly<Record<string, unknown>> }[],
  ): Promise<void> {
    if (notes.length === 0) return;
    const at = this.clock.now();
    await insertNotes(
      tx,
      notes.map((note) => ({ id: newId('event'), at, kind, actor: whoActed(actor), ...note })),
    );
  }
}

function warning(exhaustsAt: string, distanceSeconds: number) {
  const reason = distanceSeconds === 0 ? 'its funds end now' : `its funds end at ${exhaustsAt}`;
  return { reason, data: { exhaustsAt, distanceSeconds } };
}
