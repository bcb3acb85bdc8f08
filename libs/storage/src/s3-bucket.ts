import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DomainError, invariant } from '#kernel';

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

/** Objects of a bucket by key. Each method @throws DomainError `storage.unavailable` */
export class S3Bucket {
  readonly #client: S3Client;

  constructor(private readonly settings: S3Settings) {
    const { endpoint, region, accessKeyId, secretAccessKey, pathStyle } = settings;
    this.#client = new S3Client({
      ...{
        region,
        credentials: { accessKeyId, secretAccessKey },
        forcePathStyle: pathStyle,
        requestHandler: { ...TIMEOUTS, ...THROUGH_PROXY },
      },
      ...(endpoint !== undefined && { endpoint }),
      // Services other than AWS do not all know its newer checksums; ours is kept beside the object.
      ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
    });
  }

  async put(key: string, content: Buffer): Promise<void> {
    await this.#ask(() =>
      this.#client.send(
        new PutObjectCommand({
          ...{ Bucket: this.settings.bucket, Key: key, Body: content, ContentLength: content.length },
          // A link to the object itself gives a download, too.
          ...{ ContentType: 'application/octet-stream', ContentDisposition: 'attachment' },
        }),
      ),
    );
  }

  /** @returns undefined where the bucket has no such object */
  async get(key: string): Promise<Buffer | undefined> {
    const content = await this.#ask(async () => {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.settings.bucket, Key: key }));
      return await answer.Body?.transformToByteArray();
    });
    return content && Buffer.from(content);
  }

  /** Deleting an object again changes nothing. */
  async delete(key: string): Promise<void> {
    await this.#ask(() => this.#client.send(new DeleteObjectCommand({ Bucket: this.settings.bucket, Key: key })));
  }

  close(): void {
    this.#client.destroy();
  }

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
