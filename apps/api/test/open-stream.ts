import { EventSourceParserStream } from 'eventsource-parser/stream';

/** An event as a client reads it. */
export interface Sent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** A stream of server-sent events that is read as it comes. */
export class OpenStream {
  readonly sent: Sent[] = [];
  readonly ended: Promise<void>;
  readonly #stop = new AbortController();

  private constructor(readonly response: Response) {
    this.ended = this.#read();
  }

  static async open(url: string, authorization: string, lastEventId?: string): Promise<OpenStream> {
    const stop = new AbortController();
    const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await fetch(url, { headers: { accept: 'text/event-stream', authorization, ...resume }, signal: stop.signal });
    const stream = new OpenStream(response);
    stream.#stop.signal.addEventListener('abort', () => stop.abort());
    return stream;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.ended;
  }

  async #read(): Promise<void> {
    try {
      for await (const event of eventsOf(this.response)) this.sent.push(event);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }
}

async function* eventsOf({ body }: Response): AsyncGenerator<Sent> {
  const events = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { id = '', event, data } of events ?? []) if (event !== undefined) yield { id, event, data };
}

/** Reads a stream until it ends or `enough` is read. */
export async function readStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  enough: (sent: readonly Sent[]) => boolean = () => false,
): Promise<Sent[]> {
  const stop = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: stop.signal });
  expect(response.status).toBe(200);
  const sent: Sent[] = [];
  for await (const event of eventsOf(response)) {
    sent.push(event);
    if (enough(sent)) break;
  }
  stop.abort();
  return sent;
}
