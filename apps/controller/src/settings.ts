import { type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseSigningKey } from '#audit';
import { parseSettings, postgresUrl, SettingsError, timeZone } from '#kernel';
import { s3Environment, type S3Settings, s3SettingsOf } from '#storage';

const seconds = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** Seconds before the end of funds at which tenants are warned, separated by commas. */
export const fundsWarnings = z
  .string()
  .default('86400,3600,0')
  .transform((list) => list.split(',').map((part) => part.trim()))
  .pipe(
    z.array(
      z
        .string()
        .regex(/^\d{1,8}$/, 'seconds, separated by commas')
        .transform(Number),
    ),
  );

/** The controller's environment: every variable it reads, with its default. */
export const environment = z.object({
  DATABASE_URL: postgresUrl,
  KUBECONFIG: z.string().optional(),
  KUBERNETES_SERVICE_HOST: z.string().optional(),
  TIME_ZONE: timeZone,
  METERING_TICK: seconds(60),
  HOLD_HORIZON: seconds(3_600),
  START_DEADLINE: seconds(600),
  START_FAULT_TIMEOUT: seconds(45),
  NODE_AVOIDANCE: seconds(600),
  REACTION_TIME: seconds(10),
  POD_RELIST: seconds(300),
  LEADER_LEASE: z.coerce.number().positive().default(10),
  DRAIN_NOTICE: seconds(300),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:8080'),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().default('Speedspace <no-reply@speedspace.local>'),
  FUNDS_WARNINGS: fundsWarnings,
  RETENTION_DAYS: z.coerce.number().int().min(7).max(3_650).default(90),
  KEPT_ANSWER_DAYS: z.coerce.number().int().min(1).max(365).default(7),
  ...s3Environment,
  MONTH_CLOSE_AFTER: z.coerce.number().int().min(0).max(365).optional(),
  ALLOWED_IMAGES: z
    .string()
    .default('*')
    .transform((patterns) => patterns.split(',').map((pattern) => pattern.trim())),
  SIMULATED_CLUSTER: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** Path of an Ed25519 private key in PEM. */
  AUDIT_SIGNING_KEY_FILE: z.string().optional(),
  CLOCK_SPEED: z.coerce.number().positive().default(1),
  CLOCK_ORIGIN: z.iso.datetime({ offset: true }).optional(),
  CLOCK_STARTED_AT: z.iso.datetime({ offset: true }).optional(),
});

export type ControllerEnvironment = z.output<typeof environment>;

/** @throws SettingsError naming each variable at fault */
export function controllerEnvironment(variables: NodeJS.ProcessEnv): ControllerEnvironment {
  return parseSettings(environment, variables);
}

/** The key that heads of the audit trail are signed with, where the park has one. @throws SettingsError when the file holds none */
export function auditSigningKey({
  AUDIT_SIGNING_KEY_FILE: file,
}: Pick<ControllerEnvironment, 'AUDIT_SIGNING_KEY_FILE'>): KeyObject | undefined {
  if (file === undefined) return undefined;
  try {
    return parseSigningKey(readFileSync(file, 'utf8'));
  } catch {
    throw new SettingsError(['AUDIT_SIGNING_KEY_FILE: must name an Ed25519 private key (openssl genpkey -algorithm ed25519)']);
  }
}

/** The bucket attachments are kept in; undefined: the database. @throws SettingsError when its variables are not complete */
export function attachmentBucket(environment: ControllerEnvironment): S3Settings | undefined {
  const settings = s3SettingsOf(environment);
  if (settings !== 'incomplete') return settings;
  throw new SettingsError(['S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are given all or none']);
}
