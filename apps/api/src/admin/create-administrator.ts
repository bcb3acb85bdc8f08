import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { systemActor } from '#audit';
import { DatabaseModule, databaseSettings, requireReadyDatabase, Transactions } from '#database';
import { IdentityModule, parseEmail, UsersService } from '#identity';
import { DomainError, SystemClock } from '#kernel';
import { migrations } from '../../../../migrations/index.ts';
import { RuntimeModule } from '../runtime.module.ts';
import { apiSettings } from '../settings.ts';

/** The actor in the audit trail: whoever has the login of the database. */
const COMMAND = systemActor('admin command');
/** One proposes and the other approves. These two create all others. */
const FIRST_ADMINISTRATORS = 2;

@Module({})
class AdminModule {
  static register(url: string): DynamicModule {
    // Nobody signs in here, so any secret will do.
    const settings = apiSettings({ DATABASE_URL: url, JWT_SECRET: randomBytes(48).toString('base64url') });
    const clock = new SystemClock();
    const imports = [
      RuntimeModule.forRoot(settings, clock),
      DatabaseModule.forRoot(databaseSettings(url, 2)),
      IdentityModule.forRoot(settings.identity),
    ];
    return { module: AdminModule, imports };
  }
}

/**
 * Creates an administrator of the park while there are fewer than two, because then nobody could approve one.
 * @returns false if the address belongs to an administrator already
 * @throws DomainError `administrator.enough`, `user.email-taken`, or a code of the rules for passwords
 */
export async function createAdministrator(url: string, input: { email: string; name: string; password: string }): Promise<boolean> {
  await requireReadyDatabase(url, migrations);
  const app = await NestFactory.createApplicationContext(AdminModule.register(url), { logger: false, abortOnError: false });
  try {
    const users = app.get(UsersService);
    return await app.get(Transactions).run(async (tx) => {
      const administrators = await users.administrators(tx);
      if (administrators.some(({ email }) => email === parseEmail(input.email))) return false;
      if (administrators.length >= FIRST_ADMINISTRATORS) {
        throw new DomainError('administrator.enough', {
          detail: `The park has administrators: ${administrators.map(({ email }) => email).join(', ')}.`,
          remedy: 'One of them makes the account and another one approves it.',
          kind: 'conflict',
        });
      }
      await users.create(tx, COMMAND, { ...input, proof: 'operator', parkRoles: ['administrator'] });
      return true;
    });
  } finally {
    await app.close();
  }
}
