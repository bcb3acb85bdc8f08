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

/** Deliveries wait in real time, also where a demo compresses the park's time. */
export class DeliveryClock extends SystemClock {}
