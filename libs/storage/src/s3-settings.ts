import { z } from 'zod';
import { flag, SettingsError } from '#kernel';
import type { S3Settings } from './s3-bucket.ts';

/** The variables that name the bucket of attachments and large logs; the same for every process that reads or writes them. */
export const s3Environment = {
  S3_BUCKET: z
    .string()
    .optional()
    .meta({ description: 'bucket in which attachments and large logs are kept; without it, the database keeps them' }),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ description: 'address of the S3-compatible service', shownDefault: 'AWS' }),
  S3_REGION: z.string().default('us-east-1').meta({ description: 'region of the bucket' }),
  S3_ACCESS_KEY_ID: z.string().optional().meta({ description: 'access key of the bucket' }),
  S3_SECRET_ACCESS_KEY: z.string().optional().meta({ description: 'secret of the access key' }),
  S3_PATH_STYLE: flag(true).meta({ description: '`false` puts the name of the bucket into the host name' }),
};

/**
 * The bucket that the variables name; undefined: the database keeps everything.
 * @throws SettingsError where they name a bucket and not both of its keys, or keys and no bucket
 */
export function s3SettingsOf(given: z.output<z.ZodObject<typeof s3Environment>>): S3Settings | undefined {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = given;
  if (bucket === undefined && accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
    throw new SettingsError(['S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are given all or none']);
  }
  return { bucket, accessKeyId, secretAccessKey, endpoint: given.S3_ENDPOINT, region: given.S3_REGION, pathStyle: given.S3_PATH_STYLE };
}
