import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { parseSigningKey, SettingsError } from '#kernel';

/** Who the park is to others: the name on its documents, and the key that signs them. */
export interface ParkIdentity {
  readonly name: string;
  /** Ed25519 private key; undefined where the park signs nothing. */
  readonly signingKey: KeyObject | undefined;
}

/** The variables about the park's identity; the same for every process that closes months or reports the audit head. */
export const signingEnvironment = {
  PARK_NAME: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .default('模速空间')
    .meta({ description: 'name of the park on statements, settlement lists and the records of closed months' }),
  SIGNING_KEY_FILE: z.string().optional().meta({
    description:
      'Ed25519 private key of the park in PEM, which signs closed months and the daily heads of the audit trail; standalone makes one',
    shownDefault: 'none: nothing is signed',
  }),
};

/** What the variables say of the park. */
export interface ParkSettings {
  readonly name: string;
  readonly signingKeyFile: string | undefined;
}

export function parkSettingsOf(given: z.output<z.ZodObject<typeof signingEnvironment>>): ParkSettings {
  return { name: given.PARK_NAME, signingKeyFile: given.SIGNING_KEY_FILE };
}

/** Reads the key of the park. @throws SettingsError when the file holds no Ed25519 key */
export function parkIdentityOf({ name, signingKeyFile }: ParkSettings): ParkIdentity {
  if (signingKeyFile === undefined) return { name, signingKey: undefined };
  try {
    return { name, signingKey: parseSigningKey(readFileSync(signingKeyFile, 'utf8')) };
  } catch {
    throw new SettingsError(['SIGNING_KEY_FILE: must name an Ed25519 private key (openssl genpkey -algorithm ed25519)']);
  }
}
