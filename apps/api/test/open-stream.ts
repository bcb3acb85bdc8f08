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
    let rest = '';
    try {
      for await (const chunk of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, id = ''] = /^id: (.*)$/m.exec(block) ?? [];
          const [, event] = /^event: (.*)$/m.exec(block) ?? [];
          const [, data] = /^data: (.*)$/m.exec(block) ?? [];
          if (event !== undefined && data !== undefined) this.sent.push({ id, event, data });
        }
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }
}
