import { z } from 'zod';
import type { S3Settings } from './s3-object-store.ts';

/** The variables that name the bucket attachments are kept in; the same for every process that touches them. */
export const s3Environment = {
  S3_BUCKET: z.string().optional(),
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_PATH_STYLE: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true'),
};

/**
 * The bucket that the variables name.
 * @returns undefined where they name none; `'incomplete'` where they name one and not both of its keys, or keys and no bucket
 */
export function s3SettingsOf(given: z.output<z.ZodObject<typeof s3Environment>>): S3Settings | 'incomplete' | undefined {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = given;
  if (bucket === undefined && accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined) return 'incomplete';
  return { bucket, accessKeyId, secretAccessKey, endpoint: given.S3_ENDPOINT, region: given.S3_REGION, pathStyle: given.S3_PATH_STYLE };
}
