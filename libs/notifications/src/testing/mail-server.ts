import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMessage {
  readonly to: string;
  /** Head and body as they came. */
  readonly source: string;
  /** The body, decoded. */
  readonly text: string;
}

/** A mail server on this machine that keeps the mails it received. */
export class MailServer {
  readonly messages: ReceivedMessage[] = [];
  /** Addresses whose mailboxes take nothing. */
  readonly refusing = new Set<string>();
  readonly #server: SMTPServer;

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, done) => {
        done(this.refusing.has(address) ? new Error('mailbox unavailable') : undefined);
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const source = Buffer.concat(chunks).toString('utf8');
          this.messages.push({ to: session.envelope.rcptTo[0]?.address ?? '', source, text: bodyOf(source) });
          done();
        });
      },
    });
  }

  /** @param port one that a mail server had before; any that is free by default */
  static async start(port = 0): Promise<MailServer> {
    const mail = new MailServer();
    await new Promise<void>((resolve) => mail.#server.listen(port, '127.0.0.1', resolve));
    return mail;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}

/** The token in the link of a mail. */
export function tokenIn(text: string): string {
  return /https?:\S+#(\S+)/.exec(text)?.[1] ?? '';
}

/** Base64, quoted-printable or plain. */
function bodyOf(message: string): string {
  const [head = '', ...parts] = message.split('\r\n\r\n');
  const body = parts.join('\r\n\r\n');
  if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/content-transfer-encoding: quoted-printable/i.test(head)) return body;
  const unfolded = body.replaceAll('=\r\n', '').replaceAll('%', '%25');
  return decodeURIComponent(unfolded.replaceAll(/=([0-9A-F]{2})/g, '%$1'));
}
