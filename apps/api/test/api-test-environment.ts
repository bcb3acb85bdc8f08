import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PinoLogger } from 'nestjs-pino';
import { type DestinationStream, symbols } from 'pino';
import { systemActor } from '#audit';
import { TestDatabase } from '#database/testing';
import { COMPANY_ROLES, type CompanyRole, type ParkRole, type Role, UsersService } from '#identity';
import { givePassword } from '#identity/testing';
import { type Clock, SystemClock } from '#kernel';
import { MailDelivery } from '#notifications/testing';
import { type Company, CompaniesService, MembersService, syntheticCreditCode } from '#tenancy';
import { createApi } from '../src/api.ts';
import { API_SETTINGS, type ApiSettings, apiSettings } from '../src/settings.ts';

export const PASSWORD = 'quartz lantern 42 meadow';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, when it is JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads what it expects and fails where it is not
  readonly body: any;
}

interface Person {
  readonly id: string;
  readonly email: string;
  /** Calls the API as this person; `path` begins after /api/v1. */
  readonly call: Call;
}

export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

function isCompanyRole(role: Role): role is CompanyRole {
  return (COMPANY_ROLES as readonly Role[]).includes(role);
}

async function listening(
  variables: Readonly<Record<string, string>>,
  clock: Clock,
  log?: DestinationStream,
): Promise<NestFastifyApplication> {
  const settings = apiSettings({
    JWT_SECRET: 'a secret of the tests, long enough',
    SECRETS_KEY: 'another secret of the tests, long enough',
    LOG_LEVEL: 'error',
    SIGN_IN_PER_MINUTE: '100000',
    REFRESHES_PER_MINUTE: '100000',
    SUBMISSIONS_PER_MINUTE: '100000',
    ...variables,
  });
  const app = await createApi(settings, clock, log);
  // A process keeps the logger of its first API, which another test file may have started.
  PinoLogger.root.level = settings.logLevel;
  Object.assign(PinoLogger.root, { [symbols.streamSym]: log ?? process.stdout });
  await app.listen(0, '127.0.0.1');
  return app;
}

/** The API on a port of its own with a database of its own, and people who call it over HTTP. */
export class ApiTestEnvironment {
  #people = 0;
  #mail: MailDelivery | undefined;

  private constructor(
    readonly database: TestDatabase,
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  /**
   * `variables` of the environment that differ from those of a plain test.
   * @param reach the address at which the API reaches the database, its own by default
   */
  static async start(
    variables: Readonly<Record<string, string>> = {},
    clock: Clock = new SystemClock(),
    log?: DestinationStream,
    reach: (databaseUrl: string) => Promise<string> = (databaseUrl) => Promise.resolve(databaseUrl),
  ): Promise<ApiTestEnvironment> {
    const database = await TestDatabase.create();
    const app = await listening({ DATABASE_URL: await reach(database.url), ...variables }, clock, log);
    return new ApiTestEnvironment(database, app, await app.getUrl());
  }

  /** Another API on the same database. Its `app.close()` ends it; the database is this one's. */
  async beside(variables: Readonly<Record<string, string>>): Promise<ApiTestEnvironment> {
    const app = await listening({ DATABASE_URL: this.database.url, ...variables }, new SystemClock());
    return new ApiTestEnvironment(this.database, app, await app.getUrl());
  }

  /** Delivers the mails that are queued, as the controller does, through the mail server of the API's settings. */
  async deliverMail(): Promise<void> {
    this.#mail ??= await MailDelivery.start(this.database.url, this.app.get<ApiSettings>(API_SETTINGS, { strict: false }).mail);
    await this.#mail.deliver();
  }

  async stop(): Promise<void> {
    await this.#mail?.stop();
    await this.app.close();
    await this.database.drop();
  }

  readonly call: Call = async (method, path, body, headers = {}) => {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
    });
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/event-stream')) {
      // A stream may have no end.
      await response.body?.cancel();
      return { status: response.status, headers: response.headers, body: '' };
    }
    const text = await response.text();
    const isJson = /[/+]json/.test(type) && text !== '';
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as unknown };
  };

  async company(name = '极订科技'): Promise<Company> {
    this.#people += 1;
    return await this.database.transactions.run((tx) =>
      this.app.get(CompaniesService).register(tx, systemActor('test'), { name, creditCode: syntheticCreditCode(800_000 + this.#people) }),
    );
  }

  /** A person with `role`, signed in with a password; `company` for the roles of a company. */
  async person(role: Role, company?: Company): Promise<Person> {
    this.#people += 1;
    const email = `${role}.${this.#people}@example.com`;
    const user = await this.database.transactions.run(async (tx) => {
      const parkRoles: ParkRole[] = isCompanyRole(role) ? [] : [role];
      const created = await this.app
        .get(UsersService)
        .create(tx, systemActor('test'), { email, name: `The ${role}`, proof: 'operator', parkRoles });
      await givePassword(tx, created.id, PASSWORD);
      if (isCompanyRole(role) && company !== undefined) {
        await this.app.get(MembersService).add(tx, systemActor('test'), company.id, { userId: created.id, role });
      }
      return created;
    });
    const call = await this.signIn(email);
    return { id: user.id, email, call };
  }

  async signIn(email: string, password = PASSWORD): Promise<Call> {
    const answer = await this.call('POST', '/auth/sign-in', { email, password });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return this.bearing((answer.body as { accessToken: string }).accessToken);
  }

  bearing(token: string): Call {
    return (method, path, body, headers = {}) => this.call(method, path, body, { authorization: `Bearer ${token}`, ...headers });
  }
}
