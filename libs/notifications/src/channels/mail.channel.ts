import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { MAIL_SETTINGS, type MailSettings } from '../notification-settings.ts';
import type { Channel, OutgoingMessage, SendOutcome } from './channel.ts';

/** Bounds for a mail server that hangs. */
const TIMEOUT_MS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

/** Faults that concern one recipient or one message. All others concern the server. */
const OF_THE_MESSAGE = ['EENVELOPE', 'EMESSAGE'];
/** The server closes the connection, whatever it was asked (RFC 5321, 4.2.3). */
const SERVICE_NOT_AVAILABLE = 421;

interface SmtpFault {
  readonly message: string;
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** Mail over SMTP. */
@Injectable()
export class MailChannel implements Channel, OnApplicationShutdown {
  readonly name = 'mail';
  readonly #transport: Transporter | undefined;

  constructor(@Inject(MAIL_SETTINGS) private readonly settings: MailSettings) {
    this.#transport = settings.smtpUrl === undefined ? undefined : createTransport({ url: settings.smtpUrl, ...TIMEOUT_MS });
  }

  get isConfigured(): boolean {
    return this.#transport !== undefined;
  }

  async send({ id, recipient, subject, text }: OutgoingMessage): Promise<SendOutcome> {
    if (this.#transport === undefined) return { kind: 'unavailable', reason: 'this deployment has no mail server' };
    const messageId = `<${id}@${new URL(this.settings.publicUrl).hostname}>`;
    try {
      await this.#transport.sendMail({ from: this.settings.mailFrom, to: recipient, subject, text, messageId });
      return { kind: 'accepted' };
    } catch (error) {
      return outcomeOf(error as SmtpFault);
    }
  }

  onApplicationShutdown(): void {
    this.#transport?.close();
  }
}

function outcomeOf({ message: reason, code = '', responseCode, command = '' }: SmtpFault): SendOutcome {
  if (!OF_THE_MESSAGE.includes(code) || responseCode === SERVICE_NOT_AVAILABLE) return { kind: 'unavailable', reason };
  // Without a code of the server, nodemailer found that the address is none.
  const isPermanent = responseCode === undefined || responseCode >= 500;
  // A refused sender (MAIL FROM) is a fault of our configuration, which whoever runs the deployment can mend.
  return { kind: isPermanent && command !== 'MAIL FROM' ? 'refused' : 'deferred', reason };
}
