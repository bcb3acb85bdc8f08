import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseObjectStore, ObjectStore } from './object-store.ts';
import { S3ObjectStore, type S3Settings } from './s3-object-store.ts';

/** The object store of a process. */
@Module({})
export class StorageModule {
  /** @param bucket where objects are kept; absent: in the database */
  static forRoot(bucket?: S3Settings): DynamicModule {
    const inDatabase = new DatabaseObjectStore();
    const store = bucket === undefined ? inDatabase : new S3ObjectStore(bucket, inDatabase);
    return { module: StorageModule, global: true, providers: [{ provide: ObjectStore, useValue: store }], exports: [ObjectStore] };
  }
}
