import { Agent, request } from 'node:http';

/** One submission to come: whose token, for which company, and the job file. */
export interface Submission {
  readonly token: string;
  readonly companyId: string;
  readonly key: string;
  readonly body: string;
}

export interface Measured {
  /** Milliseconds from the first byte sent to the last byte received, of each submission. */
  readonly latencies: readonly number[];
  readonly perSecond: number;
}

/** Clients that submit one job after the other over connections they keep, as many at a time as there are clients. */
export class SubmittingClients {
  readonly #agent: Agent;

  constructor(
    private readonly url: string,
    private readonly clients: number,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
  }

  /** @throws Error when a submission is not accepted */
  async run(seconds: number, next: (client: number) => Submission): Promise<Measured> {
    const latencies: number[] = [];
    const start = performance.now();
    const end = start + seconds * 1_000;
    await Promise.all(
      Array.from({ length: this.clients }, async (_, client) => {
        while (performance.now() < end) {
          const sentAt = performance.now();
          await this.#submit(next(client));
          latencies.push(performance.now() - sentAt);
        }
      }),
    );
    return { latencies, perSecond: latencies.length / ((performance.now() - start) / 1_000) };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #submit({ token, companyId, key, body }: Submission): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const sent = request(
        `${this.url}/api/v1/jobs`,
        {
          method: 'POST',
          agent: this.#agent,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${token}`,
            'x-company': companyId,
            'idempotency-key': key,
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            if (answer.statusCode === 201) resolve();
            else reject(new Error(`a submission was answered with ${answer.statusCode}: ${Buffer.concat(parts).toString()}`));
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
