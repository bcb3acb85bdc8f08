import { Injectable } from '@nestjs/common';
import { acrossTenants, type Tx } from '#database';
import { SCHEDULE_FORMAT, type ScheduleTerms, scheduleTerms } from './published-schedule.ts';
import { PublishedScheduleEntity } from './published-schedule.entity.ts';

/** A schedule as it was published. Threads share `content`. */
export interface PublishedSchedule {
  readonly publishedAt: Date;
  readonly terms: ScheduleTerms;
  readonly content: Uint8Array;
}

/** The schedule that the leading controller publishes, so that the API can say when a job would start. */
@Injectable()
export class PublishedSchedulesService {
  #known: PublishedSchedule | undefined;

  /** Replaces what was published before. @param content by `encodeSchedule` */
  async publish(tx: Tx, publishedAt: Date, content: Buffer, terms: ScheduleTerms): Promise<void> {
    await tx.upsert(PublishedScheduleEntity, { id: true, publishedAt, format: SCHEDULE_FORMAT, terms, content }, ['id']);
  }

  /** The latest one; undefined where none was published, or by another release. It holds data of all companies. */
  async latest(tx: Tx): Promise<PublishedSchedule | undefined> {
    return await acrossTenants(tx, async () => {
      const where = { id: true, format: SCHEDULE_FORMAT };
      const head = await tx.findOne(PublishedScheduleEntity, { where, select: { id: true, publishedAt: true } });
      if (head === null) return undefined;
      if (this.#known?.publishedAt.getTime() === head.publishedAt.getTime()) return this.#known;
      const row = await tx.findOne(PublishedScheduleEntity, { where });
      if (row === null) return undefined;
      const content = new Uint8Array(new SharedArrayBuffer(row.content.length));
      content.set(row.content);
      this.#known = { publishedAt: row.publishedAt, terms: scheduleTerms.parse(row.terms), content };
      return this.#known;
    });
  }
}
