import { z } from 'zod';
import type { NoticeEntity } from '#notifications';
import { pageOf, pageQuery } from '../http/pages.ts';
import { id, instant, queryFlag } from '../http/wire.ts';

export const noticeId = id('notice');

const bilingual = z.object({ zh: z.string(), en: z.string() });

const noticeAnswer = z
  .object({
    id: z.string(),
    topic: z.string().describe('What it is about: applications-due, funds-warning, drain-warning, job-ended or refund'),
    at: instant,
    readAt: instant.nullable().describe('Null: it is unread'),
    title: bilingual,
    text: bilingual.describe('Several lines'),
  })
  .meta({ id: 'Notice' });
export const noticesAnswer = pageOf(noticeAnswer);
export const noticesQuery = pageQuery({ unread: queryFlag.optional().describe('Only those that are unread') });
export const noticesRead = z.strictObject({ upTo: noticeId.describe('This notice and all older ones') });

export function showNotice(notice: NoticeEntity): z.infer<typeof noticeAnswer> {
  return {
    id: notice.id,
    topic: notice.topic,
    at: notice.at.toISOString(),
    readAt: notice.readAt?.toISOString() ?? null,
    title: { zh: notice.titleZh, en: notice.titleEn },
    text: { zh: notice.textZh, en: notice.textEn },
  };
}
