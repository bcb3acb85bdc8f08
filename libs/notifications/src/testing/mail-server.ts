import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMessage {
  readonly to: string;
  /** Head and body as they came. */
  readonly source: string;
  /** The body, decoded. */
  readonly text: string;
}

/** A mail server on this machine that keeps what it was given. */
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

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    await new Promise<void>((resolve) => mail.#server.listen(0, '127.0.0.1', resolve));
    return mail;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  /** The letter with the number `index`, from 0, when it has come. Letters may be written after the answer to whoever asked. */
  async message(index: number): Promise<ReceivedMessage> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const message = this.messages[index];
      if (message !== undefined) return message;
      if (Date.now() > deadline) throw new Error(`letter ${index} has not come within 10 s; there are ${this.messages.length}`);
      await sleep(20);
    }
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}

/** The token in a letter's link. */
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
