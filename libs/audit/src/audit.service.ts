import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { Clock, newId } from '#kernel';
import { insertEvent } from './audit.queries.ts';
import type { Actor } from './domain/actor.ts';

/** What happened to one object. `before` and `after` hold the fields that changed; never a secret. */
export interface AuditEvent {
  readonly actor: Actor;
  /** Object and past tense, such as `application.approved`. */
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  /** The company it concerns. */
  readonly tenantId?: string;
  readonly before?: object;
  readonly after?: object;
  /** Absent: the actor's own. */
  readonly reason?: string;
}

/** Amounts are bigint inside; the trail keeps them as exact decimal text. */
function json(value: object | undefined): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}

/** Writes the trail. The database extends the hash chain itself when `tx` commits. */
@Injectable()
export class AuditService {
  constructor(private readonly clock: Clock) {}

  async record(tx: Tx, event: AuditEvent): Promise<void> {
    const { actor } = event;
    await insertEvent(tx, [
      newId('audit'),
      this.clock.now(),
      actor.kind,
      actor.id,
      actor.name,
      actor.address ?? null,
      event.action,
      event.objectType,
      event.objectId,
      event.tenantId ?? null,
      json(event.before),
      json(event.after),
      event.reason ?? actor.reason ?? null,
    ]);
  }
}
