import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { invariant } from '#kernel';

/** Where the bytes of attachments lie. Written once under an id of their own, never changed, deleted when the attachment was removed. */
export abstract class AttachmentStore {
  abstract put(tx: Tx, id: string, content: Buffer): Promise<void>;
  abstract get(tx: Tx, id: string): Promise<Buffer>;
  /** Deletes the bytes for good; deleting them again changes nothing. */
  abstract delete(tx: Tx, id: string): Promise<void>;
}

/** In PostgreSQL: committed and backed up together with the application they belong to. */
@Injectable()
export class DatabaseAttachmentStore extends AttachmentStore {
  override async put(tx: Tx, id: string, content: Buffer): Promise<void> {
    await tx.query('INSERT INTO attachment_content (attachment_id, content) VALUES ($1, $2)', [id, content]);
  }

  override async get(tx: Tx, id: string): Promise<Buffer> {
    const [row] = await tx.query<{ content: Buffer }[]>('SELECT content FROM attachment_content WHERE attachment_id = $1', [id]);
    invariant(row !== undefined, `attachment ${id} has its content`);
    return row.content;
  }

  override async delete(tx: Tx, id: string): Promise<void> {
    await tx.query('DELETE FROM attachment_content WHERE attachment_id = $1', [id]);
  }
}
