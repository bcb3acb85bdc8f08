import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { ObjectStore, type DatabaseObjectStore } from './object-store.ts';
import type { S3Bucket } from './s3-bucket.ts';

/**
 * In a bucket. Content is written before the transaction commits, and no id is used twice. So a committed attachment always has its
 * content, and one that was rolled back leaves an object that nothing refers to. Content from before the bucket was configured is still
 * read from the database.
 */
@Injectable()
export class S3ObjectStore extends ObjectStore {
  constructor(
    private readonly bucket: S3Bucket,
    private readonly before: DatabaseObjectStore,
  ) {
    super();
  }

  override async put(_tx: Tx, id: string, content: Buffer): Promise<void> {
    await this.bucket.put(keyOf(id), content);
  }

  override async get(tx: Tx, id: string): Promise<Buffer> {
    return (await this.bucket.get(keyOf(id))) ?? (await this.before.get(tx, id));
  }

  override async delete(tx: Tx, id: string): Promise<void> {
    await this.bucket.delete(keyOf(id));
    await this.before.delete(tx, id);
  }
}

function keyOf(id: string): string {
  return `attachments/${id}`;
}
