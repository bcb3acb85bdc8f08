/**
 * storage — the bytes of objects such as attachments and kept logs, in PostgreSQL or in an S3-compatible bucket. It owns the table
 * `attachment_content`. It must never know what an object means or who may read it.
 */
export { DatabaseObjectStore, ObjectStore } from './object-store.ts';
export { S3Bucket, type S3Settings } from './s3-bucket.ts';
export { S3ObjectStore } from './s3-object-store.ts';
export { s3Environment, s3SettingsOf } from './s3-settings.ts';
export { Buckets } from './buckets.ts';
export { StorageModule } from './storage.module.ts';
