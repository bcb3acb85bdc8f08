import { Injectable } from '@nestjs/common';
import { type Actor, whoActed } from '#audit';
import type { Tx } from '#database';
import { DomainError, type Instant, newId, toDate } from '#kernel';
import { ApplicationCommentEntity, type Audience } from './application-comment.entity.ts';

export type Comment = Readonly<Pick<ApplicationCommentEntity, 'id' | 'at' | 'actor' | 'audience' | 'body'>>;

const MOST_PER_APPLICATION = 500;

/** Comments on applications, beside their official steps. A comment stays as it was written. */
@Injectable()
export class CommentsService {
  /** @throws DomainError `comment.too-many` */
  async add(tx: Tx, actor: Actor, applicationId: string, input: Pick<Comment, 'audience' | 'body'>, at: Instant): Promise<Comment> {
    await this.#requireFew(tx, applicationId);
    const comment = { id: newId('comment'), at: toDate(at), actor: whoActed(actor), ...input };
    await tx.insert(ApplicationCommentEntity, { ...comment, applicationId });
    return comment;
  }

  async #requireFew(tx: Tx, applicationId: string): Promise<void> {
    if ((await tx.countBy(ApplicationCommentEntity, { applicationId })) < MOST_PER_APPLICATION) return;
    throw new DomainError('comment.too-many', {
      detail: `An application carries at most ${MOST_PER_APPLICATION} comments.`,
      remedy: 'Discuss the rest by mail or telephone.',
      kind: 'conflict',
    });
  }

  /** Oldest first; `audience` is who reads. */
  async list(tx: Tx, applicationId: string, audience: Audience): Promise<Comment[]> {
    const select = { id: true, at: true, actor: true, audience: true, body: true } as const;
    const where = audience === 'park' ? { applicationId } : { applicationId, audience: 'everybody' as const };
    return await tx.find(ApplicationCommentEntity, { select, where, order: { id: 'ASC' } });
  }
}
