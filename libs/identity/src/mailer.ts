import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { IDENTITY_SETTINGS, type IdentitySettings } from './identity-settings.ts';

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends the few letters that carry a link. Without a mail server, or when it refuses, the caller is told and hands the link on otherwise. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  readonly #logger = new Logger('mail');
  readonly #transport: Transporter | undefined;

  constructor(@Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings) {
    this.#transport = settings.smtpUrl === undefined ? undefined : createTransport(settings.smtpUrl);
  }

  /** Whether the mail server took the letter. */
  async send(letter: Letter): Promise<boolean> {
    if (this.#transport === undefined) return false;
    try {
      await this.#transport.sendMail({ from: this.settings.mailFrom, ...letter });
      return true;
    } catch (error) {
      this.#logger.error(`a letter "${letter.subject}" was not sent: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  onApplicationShutdown(): void {
    this.#transport?.close();
  }
}
