import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Tx } from '#database';
import { DomainError, invariant } from '#kernel';
import { ObjectStore, type DatabaseObjectStore } from './object-store.ts';

/** A bucket of an S3-compatible service. */
export interface S3Settings {
  readonly bucket: string;
  /** Absent: the one of AWS for the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The bucket is in the path, not in the host name: most services other than AWS need this. */
  readonly pathStyle: boolean;
}

const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 20_000 };
/** The client has agents of its own, which do not use the proxy of the process. */
const THROUGH_PROXY = { httpAgent: { proxyEnv: process.env }, httpsAgent: { proxyEnv: process.env } };

/**
 * In a bucket. Content is written before the transaction commits, and no id is used twice. So a committed attachment always has its
 * content, and one that was rolled back leaves an object that nothing refers to. Content from before the bucket was configured is still
 * read from the database.
 */
@Injectable()
export class S3ObjectStore extends ObjectStore implements OnApplicationShutdown {
  readonly #client: S3Client;

  constructor(
    private readonly settings: S3Settings,
    private readonly before: DatabaseObjectStore,
  ) {
    super();
    const { endpoint, region, accessKeyId, secretAccessKey, pathStyle } = settings;
    this.#client = new S3Client({
      ...{
        region,
        credentials: { accessKeyId, secretAccessKey },
        forcePathStyle: pathStyle,
        requestHandler: { ...TIMEOUTS, ...THROUGH_PROXY },
      },
      ...(endpoint !== undefined && { endpoint }),
      // Services other than AWS do not all know its newer checksums; ours is kept beside the attachment.
      ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
    });
  }

  override async put(_tx: Tx, id: string, content: Buffer): Promise<void> {
    await this.#ask(() =>
      this.#client.send(
        new PutObjectCommand({
          ...{ Bucket: this.settings.bucket, Key: keyOf(id), Body: content, ContentLength: content.length },
          // A link to the object itself gives a download, too.
          ...{ ContentType: 'application/octet-stream', ContentDisposition: 'attachment' },
        }),
      ),
    );
  }

  override async get(tx: Tx, id: string): Promise<Buffer> {
    const content = await this.#ask(async () => {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.settings.bucket, Key: keyOf(id) }));
      return await answer.Body?.transformToByteArray();
    });
    if (content === undefined) return await this.before.get(tx, id);
    return Buffer.from(content);
  }

  override async delete(tx: Tx, id: string): Promise<void> {
    await this.#ask(() => this.#client.send(new DeleteObjectCommand({ Bucket: this.settings.bucket, Key: keyOf(id) })));
    await this.before.delete(tx, id);
  }

  onApplicationShutdown(): void {
    this.#client.destroy();
  }

  /** @returns undefined where the bucket has no such object @throws DomainError `storage.unavailable` */
  async #ask<T>(request: () => Promise<T>): Promise<T | undefined> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      invariant(error instanceof Error, 'the S3 client throws errors');
      throw new DomainError('storage.unavailable', {
        detail: `The object store failed (${error.name}).`,
        remedy: 'Try again in a moment; nothing was saved.',
        kind: 'unavailable',
      });
    }
  }
}

function keyOf(id: string): string {
  return `attachments/${id}`;
}
