import { z } from 'zod';
import { type JobNamingSecret, JOB_STATES } from '#jobs';
import { MOST_KEYS, type Secret, SECRET_KINDS, SECRET_NAME } from '#secrets';
import { id, instant, queryFlag } from '../http/wire.ts';

export const secretName = z
  .string()
  .regex(SECRET_NAME, 'The name of a secret is a DNS label: up to 40 lower-case letters, digits and hyphens')
  .meta({ examples: ['wandb'] });

const key = z.string().min(1).max(256);
const value = z.string().max(65_536);

const registry = z.strictObject({
  kind: z.literal('registry'),
  server: z
    .string()
    .min(1)
    .max(260)
    .describe('Host of the registry, with its port if it has one')
    .meta({ examples: ['registry.example.com'] }),
  username: z
    .string()
    .min(1)
    .max(256)
    .meta({ examples: ['robot'] }),
  password: z
    .string()
    .min(1)
    .max(32_768)
    .describe('Password or access token')
    .meta({ examples: ['(the password)'] }),
});
const environment = z.strictObject({
  kind: z.literal('environment'),
  values: z
    .record(key, value)
    .refine((values) => Object.keys(values).length <= MOST_KEYS, `There are at most ${MOST_KEYS} variables`)
    .describe('Variables of the pods')
    .meta({ examples: [{ WANDB_API_KEY: '(the key)' }] }),
});
const files = z.strictObject({
  kind: z.literal('files'),
  files: z
    .record(key, z.string().max(350_000))
    .refine((given) => Object.keys(given).length <= MOST_KEYS, `There are at most ${MOST_KEYS} files`)
    .describe('Name of each file, and its bytes in Base64')
    .meta({ examples: [{ id_ed25519: 'KHRoZSBrZXkp' }] }),
});

export const secretContent = z.discriminatedUnion('kind', [registry, environment, files]);
const named = { name: secretName };
export const newSecret = z.discriminatedUnion('kind', [registry.extend(named), environment.extend(named), files.extend(named)]);

const secretSummary = z
  .object({
    id: id('secret'),
    tenantId: z.string(),
    name: z.string(),
    kind: z.enum(SECRET_KINDS),
    keys: z.array(z.string()).describe('Names of the variables or files; of a registry, its host. Values are never shown'),
    version: z.int().describe('Counts the values it has had'),
    createdBy: z.string(),
    createdAt: instant,
    changedBy: z.string().describe('Who wrote the present values'),
    changedAt: instant,
    lastUsedAt: instant.nullable().describe('When a job with it was last started; null: never'),
    lastUsedBy: z.string().nullable().describe('That job'),
  })
  .meta({ id: 'SecretSummary' });

export const secretAnswer = secretSummary
  .extend({
    usedBy: z
      .array(z.object({ id: z.string(), name: z.string(), state: z.enum(JOB_STATES) }))
      .describe('Jobs that name it and have not ended'),
  })
  .meta({ id: 'Secret' });
export const secretsAnswer = z.object({ items: z.array(secretSummary) });

export const secretQuery = z.strictObject({ company: id('company').optional().describe('For auditors of the park') });

export const removalQuery = z.strictObject({
  evenInUse: queryFlag.optional().describe('Delete it although jobs that have not ended name it: those that have not started will fail'),
});

export function showSecretSummary(secret: Secret): z.infer<typeof secretSummary> {
  const { id: secretId, tenantId, name, kind, keys, version, createdBy, createdAt, changedBy, changedAt, lastUsedAt, lastUsedBy } = secret;
  return {
    ...{ id: secretId, tenantId, name, kind, keys: [...keys], version, createdBy, changedBy, lastUsedBy },
    ...{ createdAt: createdAt.toISOString(), changedAt: changedAt.toISOString() },
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}

export function showSecret(secret: Secret, usedBy: readonly JobNamingSecret[]): z.infer<typeof secretAnswer> {
  return { ...showSecretSummary(secret), usedBy: usedBy.map((job) => ({ ...job })) };
}
