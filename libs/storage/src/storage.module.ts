import { type DynamicModule, Module } from '@nestjs/common';
import { Buckets } from './buckets.ts';
import { DatabaseObjectStore, ObjectStore } from './object-store.ts';
import { S3Bucket, type S3Settings } from './s3-bucket.ts';
import { S3ObjectStore } from './s3-object-store.ts';

/** The object store of a process. */
@Module({})
export class StorageModule {
  /** @param settings the bucket where objects are kept; absent: in the database */
  static forRoot(settings?: S3Settings): DynamicModule {
    const inDatabase = new DatabaseObjectStore();
    const bucket = settings === undefined ? undefined : new S3Bucket(settings);
    const store = bucket === undefined ? inDatabase : new S3ObjectStore(bucket, inDatabase);
    const providers = [
      { provide: ObjectStore, useValue: store },
      { provide: Buckets, useValue: new Buckets(bucket) },
    ];
    return { module: StorageModule, global: true, providers, exports: [ObjectStore, Buckets] };
  }
}
