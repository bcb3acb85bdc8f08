import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DatabaseModule, databaseSettings, Transactions } from '#database';
import { Clock, SystemClock } from '#kernel';
import type { MailSettings } from '../notification-settings.ts';
import { NotificationsModule } from '../notifications.module.ts';
import { NotificationsService } from '../notifications.service.ts';

@Module({})
class Time {}

/** Delivers what is queued in a database when a test asks for it, as the loop of the controller does by itself. */
export class MailDelivery {
  private constructor(readonly app: TestingModule) {}

  /** @param clock the park's clock, the machine's by default */
  static async start(databaseUrl: string, mail: MailSettings, clock: Clock = new SystemClock()): Promise<MailDelivery> {
    const app = await Test.createTestingModule({
      imports: [
        { module: Time, global: true, providers: [{ provide: Clock, useValue: clock }], exports: [Clock] },
        DatabaseModule.forRoot(databaseSettings(databaseUrl)),
        NotificationsModule.forRoot(mail),
      ],
    }).compile();
    app.useLogger(process.env.SHOW_LOG === undefined ? false : console);
    await app.init();
    return new MailDelivery(app);
  }

  /** Turns of the loop until nothing more is due. */
  async deliver(): Promise<void> {
    const transactions = this.app.get(Transactions, { strict: false });
    while (await this.app.get(NotificationsService).turn((work) => transactions.run(work)));
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
