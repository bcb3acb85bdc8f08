import { z } from 'zod';
import { SystemClock } from '#kernel';

/** Where `MailSettings` are injected from. */
export const MAIL_SETTINGS = Symbol('mail settings');

/** How a deployment sends mail. */
export interface MailSettings {
  /** Address of the console, for links in mail. */
  readonly publicUrl: string;
  /** `smtp://user:password@host:port`; undefined: no mail is sent. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
}

/** The variables about mail; the same for every process that sends some. */
export const mailEnvironment = {
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:8080')
    .meta({ description: 'address of the console, for links in mail and for OIDC' }),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .meta({
      description:
        'mail server, `smtp://user:password@host:port`, to which the controller sends mail; without it, only administrators of the park get links to hand on',
    }),
  MAIL_FROM: z.string().default('Speedspace <no-reply@speedspace.local>').meta({ description: 'sender of mail' }),
};

/** The mail settings that the variables name. */
export function mailSettingsOf(given: z.output<z.ZodObject<typeof mailEnvironment>>): MailSettings {
  return { publicUrl: given.PUBLIC_URL.replace(/\/$/, ''), smtpUrl: given.SMTP_URL, mailFrom: given.MAIL_FROM };
}

/** Deliveries wait in real time, also where a demo compresses the park's time. */
export class DeliveryClock extends SystemClock {}
