import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Transactions, Tx } from './transactions.ts';

/** Whoever reads a stream takes something within this time, or gives its connection back. */
const STALLED_MS = 60_000;

/** The reader of a stream took nothing for too long. */
export class StalledReader extends Error {}

/**
 * What `write` reads at one moment and writes, as a stream that is made while it is read. A failure destroys the stream: it never ends as if it
 * were whole. A reader that goes away, or takes nothing for a minute, ends the transaction.
 */
export function streamInTransaction(
  transactions: Transactions,
  write: (tx: Tx) => AsyncIterable<string | Uint8Array>,
  stalledMilliseconds = STALLED_MS,
): Readable {
  const out = new PassThrough();
  let stalled: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(stalled);
    stalled = setTimeout(() => out.destroy(new StalledReader('The reader took nothing for too long.')), stalledMilliseconds);
    stalled.unref();
  };
  async function* watched(tx: Tx): AsyncGenerator<string | Uint8Array> {
    for await (const chunk of write(tx)) {
      // The reader is watched only while something waits for it, and not while the database works.
      watch();
      yield chunk;
      clearTimeout(stalled);
    }
  }
  transactions
    .snapshot((tx) => pipeline(watched(tx), out))
    .catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
    .finally(() => clearTimeout(stalled));
  return out;
}
