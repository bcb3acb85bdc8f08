import { type DynamicModule, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Actor } from '#audit';
import { ApplicationsModule } from '#applications';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { DatabaseModule, databaseSettings, type Tx, Transactions } from '#database';
import { DecisionsModule } from '#decisions';
import { BankTransfersModule, FundingModule } from '#funding';
import { GrantsModule } from '#grants';
import { IdentityModule, type Principal, type Role } from '#identity';
import { JobsModule } from '#jobs';
import { type BusinessCalendar, BusinessCalendar as Calendar, type Instant, instantOf, ManualClock, toDate } from '#kernel';
import { LedgerModule } from '#ledger';
import { MeteringModule } from '#metering';
import { NotificationsModule } from '#notifications';
import { ProgrammesModule } from '#programmes';
import { SchedulingModule } from '#scheduling';
import { parkIdentityOf, SigningModule } from '#signing';
import { MonthClosingModule, StatementsModule } from '#statements';
import { StorageModule } from '#storage';
import { TenancyModule } from '#tenancy';
import type { ApiSettings } from '../../../api/src/settings.ts';
import { Charges, ControllerSettings, Sharing } from '../../../controller/src/index.ts';
import { TimeModule } from '../time.module.ts';

@Module({})
class OfficeModule {
  static register(settings: ApiSettings, clock: ManualClock): DynamicModule {
    return {
      module: OfficeModule,
      imports: [
        ...[TimeModule.forRoot(clock, settings.timeZone), DatabaseModule.forRoot(databaseSettings(settings.databaseUrl))],
        ...[IdentityModule.forRoot(settings.identity), SigningModule.forRoot(parkIdentityOf(settings.park))],
        ...[StorageModule.forRoot(settings.attachments), JobsModule.forRoot(settings.jobs), NotificationsModule.forRoot(settings.mail)],
        ...[AuditModule, TenancyModule, CatalogModule, DecisionsModule, LedgerModule, ProgrammesModule, GrantsModule, ApplicationsModule],
        ...[FundingModule, BankTransfersModule, MeteringModule, SchedulingModule, StatementsModule, MonthClosingModule],
      ],
      providers: [{ provide: ControllerSettings, useValue: new ControllerSettings() }, Charges, Sharing],
    };
  }
}

/** The people of the demo at their desks: they call the modules without the network in between, on a clock that is moved by hand. */
export class Office {
  readonly #people = new Map<string, Principal>();

  private constructor(
    private readonly app: INestApplicationContext,
    readonly clock: ManualClock,
    readonly calendar: BusinessCalendar,
  ) {}

  static async open(settings: ApiSettings, from: Instant): Promise<Office> {
    const clock = new ManualClock(toDate(from));
    const app = await NestFactory.createApplicationContext(OfficeModule.register(settings, clock), { logger: ['error', 'warn'] });
    return new Office(app, clock, app.get(Calendar, { strict: false }));
  }

  get<T>(service: Type<T>): T {
    return this.app.get(service, { strict: false });
  }

  get now(): Instant {
    return instantOf(this.clock.now());
  }

  moveTo(at: Instant): void {
    this.clock.moveTo(toDate(at));
  }

  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.get(Transactions).run(work);
  }

  /** Somebody who acts from now on. */
  introduce(email: string, person: Pick<Actor, 'id' | 'name'> & { readonly role: Role; readonly tenantId?: string }): void {
    const { id, name, role, tenantId } = person;
    this.#people.set(email, { kind: 'user', id, name, roles: [role], ...(tenantId !== undefined && { tenantId }) });
  }

  person(email: string): Principal {
    const person = this.#people.get(email);
    if (person === undefined) throw new Error(`${email} is not among the people of the demo`);
    return person;
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}
