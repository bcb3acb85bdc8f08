import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { invariant } from '#kernel';
import { AttachmentContentEntity } from './attachment-content.entity.ts';

/** Bytes of objects by id. An object is written once, never changed, and deleted when its owner removed it. */
export abstract class ObjectStore {
  abstract put(tx: Tx, id: string, content: Buffer): Promise<void>;
  abstract get(tx: Tx, id: string): Promise<Buffer>;
  /** Deletes the bytes for good; deleting them again changes nothing. */
  abstract delete(tx: Tx, id: string): Promise<void>;
}

/** In PostgreSQL: committed and backed up together with the row that refers to them. */
@Injectable()
export class DatabaseObjectStore extends ObjectStore {
  override async put(tx: Tx, id: string, content: Buffer): Promise<void> {
    await tx.insert(AttachmentContentEntity, { attachmentId: id, content });
  }

  override async get(tx: Tx, id: string): Promise<Buffer> {
    const row = await tx.findOneBy(AttachmentContentEntity, { attachmentId: id });
    invariant(row !== null, `attachment ${id} has its content`);
    return row.content;
  }

  override async delete(tx: Tx, id: string): Promise<void> {
    await tx.delete(AttachmentContentEntity, { attachmentId: id });
  }
}
