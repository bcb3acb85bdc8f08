import { type DynamicModule, Module } from '@nestjs/common';
import { MAIL_SETTINGS, type MailSettings } from './identity-settings.ts';
import { Mailer } from './mailer.ts';

/** Letters, for processes in which nobody signs in too. */
@Module({})
export class MailModule {
  static register(settings: MailSettings): DynamicModule {
    return {
      module: MailModule,
      providers: [{ provide: MAIL_SETTINGS, useValue: settings }, Mailer],
      exports: [MAIL_SETTINGS, Mailer],
    };
  }
}
