import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import type { LogLine, PodLog } from '#cluster';
import { Transactions, type Tx } from '#database';
import { DomainError, type Instant, shortened } from '#kernel';
import { Buckets, type S3Bucket } from '#storage';
import { logOfParts, type PartIndex } from './kept-log.ts';
import {
  deleteLogs,
  insertKeptLog,
  insertPart,
  type KeptLog,
  selectContent,
  selectKeptLog,
  selectKeptLogs,
  selectKeptUids,
  selectOldLogs,
  selectParts,
  selectPartsInBucket,
} from './kept-logs.queries.ts';
import { type LogPart, LogPartWriter } from './log-parts.ts';

/** A log whose compressed parts are together at most so large stays in the database where there is a bucket, too. */
const SMALL_BYTES = 256 * 1024;
/** Logs that are deleted in one transaction: each may have several objects in the bucket. */
const DELETED_AT_ONCE = 50;

/** Whose log it is. */
export type LogOwner = Pick<KeptLog, 'podUid' | 'jobId' | 'attempt' | 'replica' | 'startedAt'>;

/** The end of a log in memory, compressed. */
export interface GatheredLog {
  readonly parts: readonly (PartIndex & { readonly content: Buffer })[];
  readonly lines: number;
  /** Before they were compressed. */
  readonly bytes: number;
  /** Its beginning is not among the parts. */
  readonly isCut: boolean;
}

/** The logs of pods that have ended: small ones in the database, large ones in the bucket where there is one. */
@Injectable()
export class KeptLogsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly buckets: Buckets,
  ) {}

  /**
   * Gathers the last `mostBytes` of a log, compressed as they are read: memory is for these and one part, however long the log is.
   * @param mostLines the log was read from so many of its last lines on: where there are as many, its beginning is missing
   */
  async gather(lines: AsyncIterable<LogLine>, mostBytes: number, mostLines: number): Promise<GatheredLog> {
    const writer = new LogPartWriter();
    const parts: { part: LogPart; bytes: number; content: Buffer }[] = [];
    let [bytes, read, dropped] = [0, 0, false];
    const keep = async (part: LogPart | undefined): Promise<void> => {
      if (part === undefined) return;
      const text = Buffer.from(part.text);
      parts.push({ part, bytes: text.length, content: await promisify(gzip)(text) });
      bytes += text.length;
      // The last part stays, whatever its size.
      for (let first = parts[0]; first !== undefined && parts.length > 1 && bytes > mostBytes; first = parts[0]) {
        bytes -= first.bytes;
        parts.shift();
        dropped = true;
      }
    };
    for await (const line of lines) {
      read += 1;
      await keep(writer.add(line));
    }
    await keep(writer.end());
    return {
      parts: parts.map(({ part: { first, last, lines: count }, content }, index) => ({ part: index, first, last, lines: count, content })),
      ...{ lines: parts.reduce((sum, { part }) => sum + part.lines, 0), bytes, isCut: dropped || read >= mostLines },
    };
  }

  /** Keeps a log that was gathered, or why it could not be; does nothing for a pod whose log is kept already. */
  async keep(
    owner: LogOwner,
    gathered: GatheredLog | { readonly failure: string },
    now: Instant,
    fence: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    const { parts, ...facts } =
      'failure' in gathered
        ? { parts: [], lines: 0, bytes: 0, isCut: false, failure: shortened(gathered.failure, 1_000) }
        : { ...gathered, failure: null };
    const { bucket } = this.buckets;
    const isLarge = bucket !== undefined && parts.reduce((sum, { content }) => sum + content.length, 0) > SMALL_BYTES;
    // Before the transaction, so that a committed log always has its parts. A pod's log is always the same, so repeating it changes nothing.
    if (isLarge) for (const { part, content } of parts) await bucket.put(keyOf(owner.podUid, part), content);
    await this.transactions.run(async (tx) => {
      await fence(tx);
      if (!(await insertKeptLog(tx, { ...owner, ...facts, bytes: BigInt(facts.bytes), keptAt: now }))) return;
      for (const { content, ...index } of parts) await insertPart(tx, owner.podUid, index, isLarge ? null : content);
    });
  }

  /** Which of these pods have their log kept, or are known to have none that can be read. */
  async keptOf(tx: Tx, podUids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(podUids.length === 0 ? [] : await selectKeptUids(tx, podUids));
  }

  /** The kept logs of a job, by attempt and replica. */
  async list(tx: Tx, jobId: string): Promise<KeptLog[]> {
    return await selectKeptLogs(tx, jobId);
  }

  /** The kept log of a replica: of pods that replaced one another that of the last; undefined where none is kept. */
  async find(tx: Tx, { jobId, attempt }: { jobId: string; attempt: number }, replica: number): Promise<KeptLog | undefined> {
    return await selectKeptLog(tx, jobId, attempt, replica);
  }

  /** The lines of a kept log. @throws DomainError `storage.unavailable`, `logs.deleted` */
  async open({ podUid }: KeptLog): Promise<PodLog> {
    const parts = await this.transactions.run((tx) => selectParts(tx, podUid));
    return logOfParts(parts, ({ part }) => this.#textOf(podUid, part));
  }

  /** Deletes some of the logs that were kept before then, and their objects in the bucket. @returns how many */
  async deleteOld(tx: Tx, before: Date): Promise<number> {
    const old = await selectOldLogs(tx, before, DELETED_AT_ONCE);
    if (old.length === 0) return 0;
    const inBucket = await selectPartsInBucket(tx, old);
    if (inBucket.length > 0) {
      const bucket = this.#requireBucket();
      for (const { podUid, part } of inBucket) await bucket.delete(keyOf(podUid, part));
    }
    return await deleteLogs(tx, old);
  }

  async #textOf(podUid: string, part: number): Promise<string> {
    const kept = await this.transactions.run((tx) => selectContent(tx, podUid, part));
    const content = kept === null ? await this.#requireBucket().get(keyOf(podUid, part)) : kept;
    if (content === undefined)
      throw new DomainError('logs.deleted', {
        detail: 'This log was deleted while it was read.',
        remedy: 'Logs are kept for a time that the operator sets.',
        kind: 'not-found',
      });
    return (await promisify(gunzip)(content)).toString();
  }

  #requireBucket(): S3Bucket {
    const { bucket } = this.buckets;
    if (bucket !== undefined) return bucket;
    throw new DomainError('storage.unavailable', {
      detail: 'This log is in a bucket that the process was started without.',
      remedy: 'Ask the operator to set S3_BUCKET as it was.',
      kind: 'unavailable',
    });
  }
}

function keyOf(podUid: string, part: number): string {
  return `logs/${podUid}/${part}`;
}
