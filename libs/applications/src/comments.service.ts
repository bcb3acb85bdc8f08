import { Injectable } from '@nestjs/common';
import { type Actor, whoActed } from '#audit';
import type { Tx } from '#database';
import { DomainError, type Instant, newId, toDate } from '#kernel';

/** `park`: only the park's people read it. */
export type Audience = 'everybody' | 'park';

export interface Comment {
  readonly id: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly audience: Audience;
  readonly body: string;
}

const MOST_PER_APPLICATION = 500;

/** What people say to each other about an application, beside its official steps. A comment stays as it was written. */
@Injectable()
export class CommentsService {
  /** @throws DomainError `comment.too-many` */
  async add(tx: Tx, actor: Actor, applicationId: string, input: Pick<Comment, 'audience' | 'body'>, at: Instant): Promise<Comment> {
    await this.#requireFew(tx, applicationId);
    const comment = { id: newId('comment'), at: toDate(at), actor: whoActed(actor), ...input };
    await tx.query(`INSERT INTO application_comment (id, application_id, at, actor, audience, body) VALUES ($1, $2, $3, $4, $5, $6)`, [
      ...[comment.id, applicationId, comment.at, JSON.stringify(comment.actor), comment.audience, comment.body],
    ]);
    return comment;
  }

  async #requireFew(tx: Tx, applicationId: string): Promise<void> {
    const [row] = await tx.query<{ count: number }[]>('SELECT count(*)::int AS count FROM application_comment WHERE application_id = $1', [
      applicationId,
    ]);
    if ((row?.count ?? 0) < MOST_PER_APPLICATION) return;
    throw new DomainError('comment.too-many', {
      detail: `An application carries at most ${MOST_PER_APPLICATION} comments.`,
      remedy: 'Say the rest by mail or telephone.',
      kind: 'conflict',
    });
  }

  /** Oldest first; `audience` is who reads. */
  async list(tx: Tx, applicationId: string, audience: Audience): Promise<Comment[]> {
    return await tx.query<Comment[]>(
      `SELECT id, at, actor, audience, body FROM application_comment
        WHERE application_id = $1 AND ($2 = 'park' OR audience = 'everybody') ORDER BY id`,
      [applicationId, audience],
    );
  }
}
