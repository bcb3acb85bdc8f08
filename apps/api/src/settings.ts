import { z } from 'zod';
import type { ClusterLocation } from '#cluster';
import { type IdentitySettings, isGuessable } from '#identity';
import { parseSettings, postgresUrl, SettingsError, timeZone } from '#kernel';
import { JobSettings } from '#jobs';
import type { MailSettings } from '#notifications';
import { s3Environment, type S3Settings, s3SettingsOf } from '#storage';

const seconds = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');

const secret = z
  .string()
  .min(32)
  .refine((text) => !isGuessable(text), 'is too regular to be secret: take one of openssl rand -base64 48');
/** Several secrets, separated by commas; where they are rotated, the ones of before. */
const secrets = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .pipe(z.array(secret).max(10));

/** The API's environment: every variable it reads, with its default. */
export const environment = z.object({
  DATABASE_URL: postgresUrl,
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:8080'),
  /** Proxies in front whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  TIME_ZONE: timeZone,
  /** As it stands on statements and settlement lists. */
  PARK_NAME: z.string().trim().min(1).max(100).default('模速空间'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  JWT_SECRET: secret,
  JWT_PREVIOUS_SECRETS: secrets,
  SECRETS_KEY: secret.optional(),
  SECRETS_PREVIOUS_KEYS: secrets,
  JWT_ACCESS_SECONDS: seconds(600),
  JWT_SESSION_SECONDS: seconds(30 * 24 * 3600),
  SECOND_FACTOR_FOR_MONEY: flag(false),
  MAILS_PER_ADDRESS: z.coerce.number().int().positive().default(5),
  MAILS_PER_REQUESTER: z.coerce.number().int().positive().default(50),
  PERSONAL_TOKEN_DAYS: z.coerce.number().int().min(1).max(3_660).default(366),
  PERSONAL_TOKEN_SECOND_FACTOR_DAYS: z.coerce.number().int().min(0).max(366).default(30),
  SIGN_IN_PER_MINUTE: z.coerce.number().int().positive().default(20),
  SUBMISSIONS_PER_MINUTE: z.coerce.number().int().positive().default(120),
  /** Proxies give up on connections that say nothing for a minute. */
  STREAM_HEARTBEAT: z.coerce.number().positive().max(55).default(20),
  STREAMS_PER_PERSON: z.coerce.number().int().positive().default(20),
  STREAMS_PER_COMPANY: z.coerce.number().int().positive().default(100),
  UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(20 * 1024 * 1024),
  ...s3Environment,
  OIDC_ISSUER: z.url().optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_ALLOW_INSECURE: flag(false),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().default('Speedspace <no-reply@speedspace.local>'),
  CONSOLE_DIRECTORY: z.string().optional(),
  /** Path of a kubeconfig, or `in-cluster`; absent: no logs, and shapes are checked by the catalog alone. */
  KUBECONFIG: z.string().optional(),
  /** Patterns with `*`, separated by commas. */
  ALLOWED_IMAGES: z.string().default('*'),
  /** The cluster is `apps/cluster-sim`: job files may direct it by annotations. */
  SIMULATED_CLUSTER: flag(false),
});

/** Where `ApiSettings` are injected from. */
export const API_SETTINGS = Symbol('api settings');

/** What the API is told at its start: parsed once, by `apiSettings` from the environment or by a test by hand. */
export interface ApiSettings {
  readonly databaseUrl: string;
  readonly databasePool: number;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly trustedProxies: number;
  readonly timeZone: string;
  /** As it stands on statements and settlement lists. */
  readonly parkName: string;
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
  readonly identity: IdentitySettings;
  /** For the controller, which sends the mails, where it runs in the same process. */
  readonly mail: MailSettings;
  /** Sign-ins and alike, per minute and network address. */
  readonly signInPerMinute: number;
  /** Submissions per minute and caller. */
  readonly submissionsPerMinute: number;
  /** Milliseconds between two signs of life of a stream, at which its reader's access is checked again. */
  readonly streamHeartbeatMs: number;
  /** Streams a person may have open at one process. */
  readonly streamsPerPerson: number;
  /** Streams the people of a company may have open at one process, together. */
  readonly streamsPerCompany: number;
  readonly uploadBytes: number;
  /** The bucket attachments are kept in; undefined: the database. */
  readonly attachments: S3Settings | undefined;
  /** The built console, served at `/`. */
  readonly consoleDirectory: string | undefined;
  /** Where logs and node sizes come from. */
  readonly cluster: ClusterLocation | undefined;
  readonly jobs: JobSettings;
}

/** @throws SettingsError naming the variables that are missing or malformed */
export function apiSettings(variables: Readonly<Record<string, string | undefined>>): ApiSettings {
  const given = parseSettings(environment, variables);
  return {
    databaseUrl: given.DATABASE_URL,
    databasePool: given.DATABASE_POOL,
    host: given.HOST,
    port: given.PORT,
    publicUrl: given.PUBLIC_URL,
    trustedProxies: given.TRUSTED_PROXIES,
    timeZone: given.TIME_ZONE,
    parkName: given.PARK_NAME,
    logLevel: given.LOG_LEVEL,
    identity: identitySettings(given),
    mail: { publicUrl: given.PUBLIC_URL.replace(/\/$/, ''), smtpUrl: given.SMTP_URL, mailFrom: given.MAIL_FROM },
    signInPerMinute: given.SIGN_IN_PER_MINUTE,
    submissionsPerMinute: given.SUBMISSIONS_PER_MINUTE,
    streamHeartbeatMs: given.STREAM_HEARTBEAT * 1_000,
    streamsPerPerson: given.STREAMS_PER_PERSON,
    streamsPerCompany: given.STREAMS_PER_COMPANY,
    uploadBytes: given.UPLOAD_BYTES,
    attachments: s3Settings(given),
    consoleDirectory: given.CONSOLE_DIRECTORY,
    cluster: clusterLocation(given.KUBECONFIG),
    jobs: new JobSettings({
      allowedImages: given.ALLOWED_IMAGES.split(',').map((pattern) => pattern.trim()),
      simulatedCluster: given.SIMULATED_CLUSTER,
    }),
  };
}

function clusterLocation(kubeconfig: string | undefined): ClusterLocation | undefined {
  if (kubeconfig === undefined) return undefined;
  return kubeconfig === 'in-cluster' ? { inCluster: true } : { kubeconfigPath: kubeconfig };
}

function s3Settings(given: z.infer<typeof environment>): S3Settings | undefined {
  const settings = s3SettingsOf(given);
  if (settings !== 'incomplete') return settings;
  throw new SettingsError(['S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are given all or none']);
}

/** @throws SettingsError when keys serve two purposes, or are missing where they are needed */
function checkKeys(given: z.infer<typeof environment>): void {
  const signing = [given.JWT_SECRET, ...given.JWT_PREVIOUS_SECRETS];
  if (given.SECRETS_KEY !== undefined && signing.includes(given.SECRETS_KEY)) {
    throw new SettingsError(['SECRETS_KEY: must be another one than JWT_SECRET and JWT_PREVIOUS_SECRETS']);
  }
  if (given.SECRETS_KEY !== undefined) return;
  if (given.SECRETS_PREVIOUS_KEYS.length > 0) {
    throw new SettingsError(['SECRETS_PREVIOUS_KEYS: needs SECRETS_KEY, the current one']);
  }
  if (given.SECOND_FACTOR_FOR_MONEY) {
    throw new SettingsError(['SECOND_FACTOR_FOR_MONEY: needs SECRETS_KEY, or nobody could set up an authenticator app']);
  }
}

function identitySettings(given: z.infer<typeof environment>): IdentitySettings {
  checkKeys(given);
  if ((given.OIDC_ISSUER === undefined) !== (given.OIDC_CLIENT_ID === undefined)) {
    throw new SettingsError(['OIDC_ISSUER and OIDC_CLIENT_ID are given both or not at all']);
  }
  const base = given.PUBLIC_URL.replace(/\/$/, '');
  const oidc =
    given.OIDC_ISSUER === undefined || given.OIDC_CLIENT_ID === undefined
      ? undefined
      : {
          issuer: given.OIDC_ISSUER,
          clientId: given.OIDC_CLIENT_ID,
          ...(given.OIDC_CLIENT_SECRET !== undefined && { clientSecret: given.OIDC_CLIENT_SECRET }),
          redirectUri: `${base}/api/v1/auth/oidc/callback`,
          allowInsecure: given.OIDC_ALLOW_INSECURE,
        };
  return {
    signingSecrets: [given.JWT_SECRET, ...given.JWT_PREVIOUS_SECRETS],
    sealingSecrets: given.SECRETS_KEY === undefined ? [] : [given.SECRETS_KEY, ...given.SECRETS_PREVIOUS_KEYS],
    accessTokenSeconds: given.JWT_ACCESS_SECONDS,
    sessionSeconds: given.JWT_SESSION_SECONDS,
    secondFactorForMoney: given.SECOND_FACTOR_FOR_MONEY,
    mailsPerAddress: given.MAILS_PER_ADDRESS,
    mailsPerRequester: given.MAILS_PER_REQUESTER,
    personalTokenDays: given.PERSONAL_TOKEN_DAYS,
    tokenSecondFactorDays: given.PERSONAL_TOKEN_SECOND_FACTOR_DAYS,
    oidc,
    publicUrl: base,
    sendsMail: given.SMTP_URL !== undefined,
  };
}
