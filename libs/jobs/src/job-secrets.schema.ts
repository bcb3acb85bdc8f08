import { z } from 'zod';
import { SECRET_NAME } from '#secrets';
import type { JobSpec } from './domain/job-spec.ts';
import { faultOfMountPath } from './domain/mount-path.ts';

const MOST_REFERENCES = 20;

const secretName = z.string({ error: 'The name of a secret is text.' }).regex(SECRET_NAME, {
  error: 'The name of a secret is a DNS label: up to 40 lower-case letters, digits and hyphens.',
});

/** A directory of the container that something is mounted at. */
export const mountPath = z.string({ error: 'A mountPath is text.' }).check(({ value, issues }) => {
  const message = faultOfMountPath(value);
  if (message !== undefined) issues.push({ code: 'custom', message, input: value });
});

const few = <Item extends z.ZodType>(item: Item, what: string) =>
  z.array(item, { error: `${what} is a list.` }).max(MOST_REFERENCES, `There are at most ${MOST_REFERENCES} of them.`);

/** The fields of a job file that name secrets. */
export const secretFields = {
  imagePullSecrets: few(secretName, 'imagePullSecrets')
    .refine((names) => new Set(names).size === names.length, { error: 'A secret is named twice.' })
    .optional(),
  envFrom: few(z.strictObject({ secret: secretName }), 'envFrom').optional(),
  files: few(z.strictObject({ secret: secretName, mountPath }), 'files').optional(),
};

/** The same fields in a stored specification. */
export const storedSecretFields = {
  imagePullSecrets: z.array(z.string()).exactOptional(),
  envFrom: z.array(z.object({ secret: z.string() })).exactOptional(),
  files: z.array(z.object({ secret: z.string(), mountPath: z.string() })).exactOptional(),
};

/** The fields that are there and not empty, for a specification or a job file. */
export function givenSecretFields({ imagePullSecrets, envFrom, files }: Pick<JobSpec, 'imagePullSecrets' | 'envFrom' | 'files'>) {
  return {
    ...(imagePullSecrets !== undefined && imagePullSecrets.length > 0 && { imagePullSecrets: [...imagePullSecrets] }),
    ...(envFrom !== undefined && envFrom.length > 0 && { envFrom: envFrom.map(({ secret }) => ({ secret })) }),
    ...(files !== undefined && files.length > 0 && { files: files.map(({ secret, mountPath: at }) => ({ secret, mountPath: at })) }),
  };
}
