import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { S3Bucket } from './s3-bucket.ts';

/** The bucket of the process, where it has one. */
@Injectable()
export class Buckets implements OnApplicationShutdown {
  constructor(
    /** Undefined: everything is kept in the database. */
    readonly bucket: S3Bucket | undefined,
  ) {}

  onApplicationShutdown(): void {
    this.bucket?.close();
  }
}
