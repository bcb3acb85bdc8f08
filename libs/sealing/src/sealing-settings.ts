import { z } from 'zod';
import { isGuessable } from './secret-strength.ts';

/** A key or a secret of a deployment: long and without a pattern. */
export const strongSecret = z
  .string()
  .min(32)
  .refine((text) => !isGuessable(text), 'is too regular to be secret: take one of openssl rand -base64 48');

/** Several of them, separated by commas. */
export const strongSecrets = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .pipe(z.array(strongSecret).max(10));

/** The variables about the keys of stored secrets; the same for every process that stores or uses them. */
export const sealingEnvironment = {
  SECRETS_KEY: strongSecret.optional().meta({
    description:
      'seals secrets of companies and authenticator apps; at least 32 characters, not `JWT_SECRET`; standalone makes one; without it none can be stored',
  }),
  SECRETS_PREVIOUS_KEYS: strongSecrets.meta({
    description: 'earlier values of `SECRETS_KEY`, separated by commas, for secrets that they sealed',
  }),
};

/** The keys that the variables name: the first seals new secrets, all of them open. Empty where there is none. */
export function sealingSecretsOf(given: z.output<z.ZodObject<typeof sealingEnvironment>>): readonly string[] {
  return given.SECRETS_KEY === undefined ? [] : [given.SECRETS_KEY, ...given.SECRETS_PREVIOUS_KEYS];
}
