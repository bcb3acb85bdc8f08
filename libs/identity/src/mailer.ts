import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { MAIL_SETTINGS, type MailSettings } from './identity-settings.ts';

export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** A mail server that hangs must not hold up a loop or a request for minutes. */
const TIMEOUT_MS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

/** Sends letters. Without a mail server, or when it refuses, the caller is told. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  readonly #logger = new Logger('mail');
  readonly #transport: Transporter | undefined;

  constructor(@Inject(MAIL_SETTINGS) private readonly settings: MailSettings) {
    this.#transport = settings.smtpUrl === undefined ? undefined : createTransport({ url: settings.smtpUrl, ...TIMEOUT_MS });
  }

  /** Whether this deployment has a mail server. */
  get isConfigured(): boolean {
    return this.#transport !== undefined;
  }

  /** Whether the mail server took the letter. */
  async send(message: MailMessage): Promise<boolean> {
    if (this.#transport === undefined) return false;
    try {
      await this.#transport.sendMail({ from: this.settings.mailFrom, ...message });
      return true;
    } catch (error) {
      this.#logger.error(`a letter "${message.subject}" was not sent: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  onApplicationShutdown(): void {
    this.#transport?.close();
  }
}
