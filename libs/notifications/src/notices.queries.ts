import { execute, type Tx } from '#database';
import { newId } from '#kernel';
import type { Bilingual } from './domain/notification.ts';

const BATCH = 5_000;

export interface NewNotice {
  readonly key: string;
  readonly userId: string;
  readonly topic: string;
  readonly title: Bilingual;
  readonly text: Bilingual;
  readonly details?: string;
}

export async function insertNotices(tx: Tx, notices: readonly NewNotice[], at: Date): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map(({ key, userId, topic, title, text, details }) => {
    const rest = details === undefined ? '' : `\n\n${details}`;
    const [textZh, textEn] = [`${text.zh}${rest}`, `${text.en}${rest}`];
    return { id: newId('notice'), key, userId, topic, titleZh: title.zh, titleEn: title.en, textZh, textEn };
  });
  await tx.query(
    `INSERT INTO notice (id, key, user_id, topic, title_zh, title_en, text_zh, text_en, at)
     SELECT id, key, "userId", topic, "titleZh", "titleEn", "textZh", "textEn", $2
       FROM jsonb_to_recordset($1)
         AS row (id text, key text, "userId" text, topic text, "titleZh" text, "titleEn" text, "textZh" text, "textEn" text)
     ON CONFLICT (key) DO NOTHING`,
    [JSON.stringify(rows), at],
  );
}

/** Deletes notices that are older than an instant of real time, a bounded number at a time. Answers how many. */
export async function deleteOldNotices(tx: Tx, before: Date): Promise<number> {
  return await execute(tx, `DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE created_at < $1 LIMIT ${BATCH})`, [before]);
}
