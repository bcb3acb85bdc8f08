import { getConfigToken } from '@nestjs/config';
import { z } from 'zod';
import { clusterEnvironment, type ClusterLocation } from '#cluster';
import { databaseEnvironment } from '#database';
import type { IdentitySettings } from '#identity';
import { prometheusEnvironment, type PrometheusSettings, prometheusSettingsOf } from '#insight';
import { flag, parseSettings, port, SettingsError, timeZone } from '#kernel';
import { jobEnvironment, JobSettings } from '#jobs';
import { mailEnvironment, type MailSettings, mailSettingsOf } from '#notifications';
import { sealingEnvironment, sealingSecretsOf, strongSecret, strongSecrets } from '#sealing';
import { type ParkSettings, parkSettingsOf, signingEnvironment } from '#signing';
import { s3Environment, type S3Settings, s3SettingsOf } from '#storage';

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** The variables that the API reads. */
export const environment = z.object({
  ...databaseEnvironment,
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10).meta({ description: 'connections of a process to PostgreSQL' }),
  HOST: z.string().default('127.0.0.1').meta({ description: 'address on which the API listens' }),
  PORT: port.default(8080).meta({ description: 'port on which the API listens; standalone takes a free one where it is in use' }),
  TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .meta({ description: 'number of proxies in front of the API whose X-Forwarded-For is trusted' }),
  TIME_ZONE: timeZone,
  ...signingEnvironment,
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ description: 'least important level of the log: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`' }),
  JWT_SECRET: strongSecret.meta({
    description: 'signs access tokens; at least 32 characters without a pattern; standalone makes one',
  }),
  JWT_PREVIOUS_SECRETS: strongSecrets.meta({
    description: 'earlier values of `JWT_SECRET`, separated by commas, for tokens that they signed',
  }),
  ...sealingEnvironment,
  JWT_ACCESS_SECONDS: count(600).meta({ description: 'life of an access token', unit: 'seconds' }),
  JWT_SESSION_SECONDS: count(30 * 24 * 3600).meta({ description: 'life of a session', unit: 'seconds' }),
  SECOND_FACTOR_FOR_MONEY: flag(false).meta({ description: 'whether roles that move money need an authenticator app' }),
  MAILS_PER_ADDRESS: count(5).meta({ description: 'most mails within an hour to one address that people cause by asking' }),
  MAILS_PER_REQUESTER: count(50).meta({ description: 'most mails within an hour that one person or network address causes by asking' }),
  PERSONAL_TOKEN_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_660)
    .default(366)
    .meta({ description: 'longest life of a personal token', unit: 'days' }),
  PERSONAL_TOKEN_SECOND_FACTOR_DAYS: z.coerce.number().int().min(0).max(366).default(30).meta({
    description: 'how long a personal token counts as second factor, if it was made in a session that showed one',
    unit: 'days',
  }),
  SIGN_IN_PER_MINUTE: count(20).meta({ description: 'most sign-ins and similar requests per minute and network address' }),
  REFRESHES_PER_MINUTE: count(600).meta({
    description: 'most refreshes of sessions per minute and network address: each page of the console that is loaded is one',
  }),
  SUBMISSIONS_PER_MINUTE: count(120).meta({ description: 'most submissions per minute and caller' }),
  STREAM_HEARTBEAT: z.coerce.number().positive().max(55).default(20).meta({
    description: "time between two heartbeats of an event stream, at which its reader's access is checked again; at most 55",
    unit: 'seconds',
  }),
  STREAMS_PER_PERSON: count(20).meta({ description: 'most event and log streams of a person at one process' }),
  STREAMS_PER_COMPANY: count(100).meta({ description: 'most event and log streams of a company at one process' }),
  EXPORTS_AT_ONCE: z.coerce.number().int().positive().optional().meta({
    description:
      'most exports of lines, journals and months that a process sends at once; each holds a connection, so fewer than `DATABASE_POOL`',
    shownDefault: '4, or one less than a smaller `DATABASE_POOL`',
  }),
  EXPORTS_PER_PERSON: count(2).meta({ description: 'most exports that a process sends a person at once' }),
  UPLOAD_BYTES: count(20 * 1024 * 1024).meta({ description: 'size of the largest attachment', unit: 'bytes' }),
  ...s3Environment,
  OIDC_ISSUER: z.url().optional().meta({ description: 'OpenID provider with which people may sign in' }),
  OIDC_CLIENT_ID: z.string().optional().meta({ description: 'client id at the OpenID provider' }),
  OIDC_CLIENT_SECRET: z.string().optional().meta({ description: 'client secret at the OpenID provider' }),
  OIDC_ALLOW_INSECURE: flag(false).meta({ description: 'whether the OpenID provider may be without TLS' }),
  ...mailEnvironment,
  CONSOLE_DIRECTORY: z
    .string()
    .optional()
    .meta({ description: 'directory of a built console that the API serves at `/`', shownDefault: 'the one of the build' }),
  ...clusterEnvironment,
  ...prometheusEnvironment,
  ...jobEnvironment,
});

const EXPORTS_AT_ONCE = 4;

/** Name of the settings in the API's `ConfigModule`. */
export const API_CONFIG = 'api';

/** Where `ApiSettings` are injected from. */
export const API_SETTINGS = getConfigToken(API_CONFIG);

/** The settings of an API process: parsed once, by `apiSettings` from the environment or by a test from its own variables. */
export interface ApiSettings {
  readonly databaseUrl: string;
  readonly databasePool: number;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly trustedProxies: number;
  readonly timeZone: string;
  /** Its name as statements and settlement lists show it, and where the key is that signs them. */
  readonly park: ParkSettings;
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
  readonly identity: IdentitySettings;
  /** Whether people of demo data sign in with one click, which standalone offers. No variable sets it. */
  readonly offersDemo: boolean;
  /** For the controller, which sends the mails, if it runs in the same process. */
  readonly mail: MailSettings;
  /** Sign-ins and similar requests, per minute and network address. */
  readonly signInPerMinute: number;
  /** Refreshes of sessions, per minute and network address. */
  readonly refreshesPerMinute: number;
  /** Submissions per minute and caller. */
  readonly submissionsPerMinute: number;
  /** Milliseconds between two heartbeats of a stream. At each, the access of its reader is checked again. */
  readonly streamHeartbeatMs: number;
  /** The most streams that a person may have open at one process. */
  readonly streamsPerPerson: number;
  /** The most streams that all people of a company together may have open at one process. */
  readonly streamsPerCompany: number;
  /** Exports that the process sends at once: fewer than `databasePool`. */
  readonly exportsAtOnce: number;
  /** Exports that the process sends a person at once. */
  readonly exportsPerPerson: number;
  readonly uploadBytes: number;
  /** The bucket that stores attachments; undefined: the database. */
  readonly attachments: S3Settings | undefined;
  /** Directory of the built console, served at `/`; undefined: the one of the build. */
  readonly consoleDirectory: string | undefined;
  /** The source of logs and node sizes. */
  readonly cluster: ClusterLocation | undefined;
  /** The source of the GPU metrics of jobs; undefined: there are none. */
  readonly prometheus: PrometheusSettings | undefined;
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
    park: parkSettingsOf(given),
    logLevel: given.LOG_LEVEL,
    identity: identitySettings(given),
    offersDemo: false,
    mail: mailSettingsOf(given),
    signInPerMinute: given.SIGN_IN_PER_MINUTE,
    refreshesPerMinute: given.REFRESHES_PER_MINUTE,
    submissionsPerMinute: given.SUBMISSIONS_PER_MINUTE,
    streamHeartbeatMs: given.STREAM_HEARTBEAT * 1_000,
    streamsPerPerson: given.STREAMS_PER_PERSON,
    streamsPerCompany: given.STREAMS_PER_COMPANY,
    exportsAtOnce: exportsAtOnce(given),
    exportsPerPerson: given.EXPORTS_PER_PERSON,
    uploadBytes: given.UPLOAD_BYTES,
    attachments: s3SettingsOf(given),
    consoleDirectory: given.CONSOLE_DIRECTORY,
    cluster: clusterLocation(given.KUBECONFIG),
    prometheus: prometheusSettingsOf(given),
    jobs: JobSettings.of(given),
  };
}

function clusterLocation(kubeconfig: string | undefined): ClusterLocation | undefined {
  if (kubeconfig === undefined) return undefined;
  return kubeconfig === 'in-cluster' ? { inCluster: true } : { kubeconfigPath: kubeconfig };
}

/** @throws SettingsError when exports could hold every connection of the process */
function exportsAtOnce({ EXPORTS_AT_ONCE: given, DATABASE_POOL: pool }: z.infer<typeof environment>): number {
  if (given !== undefined && given >= pool) throw new SettingsError(['EXPORTS_AT_ONCE: must be less than DATABASE_POOL']);
  return given ?? Math.min(EXPORTS_AT_ONCE, pool - 1);
}

/** @throws SettingsError if one key has two purposes, or a key is missing where it is needed */
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
  const { publicUrl } = mailSettingsOf(given);
  const oidc =
    given.OIDC_ISSUER === undefined || given.OIDC_CLIENT_ID === undefined
      ? undefined
      : {
          issuer: given.OIDC_ISSUER,
          clientId: given.OIDC_CLIENT_ID,
          ...(given.OIDC_CLIENT_SECRET !== undefined && { clientSecret: given.OIDC_CLIENT_SECRET }),
          redirectUri: `${publicUrl}/api/v1/auth/oidc/callback`,
          allowInsecure: given.OIDC_ALLOW_INSECURE,
        };
  return {
    signingSecrets: [given.JWT_SECRET, ...given.JWT_PREVIOUS_SECRETS],
    sealingSecrets: sealingSecretsOf(given),
    accessTokenSeconds: given.JWT_ACCESS_SECONDS,
    sessionSeconds: given.JWT_SESSION_SECONDS,
    secondFactorForMoney: given.SECOND_FACTOR_FOR_MONEY,
    mailsPerAddress: given.MAILS_PER_ADDRESS,
    mailsPerRequester: given.MAILS_PER_REQUESTER,
    personalTokenDays: given.PERSONAL_TOKEN_DAYS,
    tokenSecondFactorDays: given.PERSONAL_TOKEN_SECOND_FACTOR_DAYS,
    oidc,
    publicUrl,
    sendsMail: given.SMTP_URL !== undefined,
  };
}
