import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, LessThanOrEqual } from 'typeorm';
import type { Tx } from '#database';
import { Clock, DomainError } from '#kernel';
import { NoticeEntity } from './notice.entity.ts';

export interface NoticeFilter {
  readonly unreadOnly: boolean;
  /** Only those older than this id. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Notices of one person. Nobody else reads or changes them, whatever their role is. */
@Injectable()
export class NoticesService {
  constructor(private readonly clock: Clock) {}

  /** The newest first. */
  async list(tx: Tx, userId: string, { unreadOnly, before, limit }: NoticeFilter): Promise<NoticeEntity[]> {
    return await tx.find(NoticeEntity, {
      where: { userId, ...(unreadOnly && { readAt: IsNull() }), ...(before !== undefined && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** A notice that was read before keeps its time. @throws DomainError `notice.unknown`, also for a notice of somebody else */
  async markRead(tx: Tx, userId: string, id: string): Promise<void> {
    const notice = await tx.findOne(NoticeEntity, { where: { id, userId }, lock: { mode: 'pessimistic_write' } });
    if (notice === null) throw new DomainError('notice.unknown', { detail: `You have no notice ${id}.`, kind: 'not-found' });
    if (notice.readAt === null) await tx.update(NoticeEntity, { id }, { readAt: this.clock.now() });
  }

  /** Marks the notice `id` and all older ones. What came after it stays unread. */
  async markReadUpTo(tx: Tx, userId: string, id: string): Promise<void> {
    await tx.update(NoticeEntity, { userId, id: LessThanOrEqual(id), readAt: IsNull() }, { readAt: this.clock.now() });
  }
}
