import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Tx } from '#database';
import type { ListOrder } from '#kernel';
import { countEvents, findFaults, insertHeadReport, latestEvents, listEvents } from './audit.queries.ts';
import { AuditHeadEntity } from './audit-head.entity.ts';
import { AuditChainEntity } from './audit-chain.entity.ts';
import type { Actor } from './domain/actor.ts';
import { HEAD_REPORTED, type SignedHead, signHead } from './signed-head.ts';

/** An event as it is read, with its place in the chain. */
export interface AuditRecord {
  /** 1, 2, 3 … without gaps, in the order of commits. */
  readonly seq: bigint;
  readonly id: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly tenantId: string | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly reason: string | null;
  /** What was hashed, to the character: `hash = SHA-256(previousHash ‖ payload)`. */
  readonly payload: string;
  readonly previousHash: string;
  readonly hash: string;
}

export interface AuditFilter {
  readonly actorId?: string;
  readonly action?: string;
  readonly objectType?: string;
  readonly objectId?: string;
  readonly tenantId?: string;
  readonly from?: Date;
  readonly until?: Date;
  /** Along the chain, or from its end; by default along it. */
  readonly order?: ListOrder;
  /** Only those that follow this place in the order. */
  readonly after?: bigint;
  readonly limit: number;
}

/** What a walk along the chain found. */
export interface Verification {
  readonly events: bigint;
  readonly intact: boolean;
  /** The hash of the last link: written down elsewhere, it proves that nothing before it was changed since. */
  readonly head: string;
  readonly faults: readonly { readonly seq: bigint | null; readonly eventId: string; readonly fault: string }[];
}

const MOST_FAULTS = 100;

/** Reads the trail, and walks its chain. */
@Injectable()
export class AuditTrailService {
  /** In the order of the filter. */
  async list(tx: Tx, filter: AuditFilter): Promise<AuditRecord[]> {
    return await listEvents(tx, filter);
  }

  /** The latest events of one object with one of the actions, the last one first. */
  async latest(
    tx: Tx,
    { objectType, objectId }: Pick<AuditRecord, 'objectType' | 'objectId'>,
    actions: readonly string[],
    limit: number,
  ): Promise<Pick<AuditRecord, 'at' | 'action' | 'after'>[]> {
    return await latestEvents(tx, objectType, objectId, actions, limit);
  }

  /** All events of `filter`, a page at a time, for an export of any length. */
  async *all(tx: Tx, filter: Omit<AuditFilter, 'after' | 'limit' | 'order'>): AsyncGenerator<AuditRecord> {
    const limit = 500;
    for (let after = 0n; ;) {
      const records = await this.list(tx, { ...filter, after, limit });
      yield* records;
      const last = records.at(-1);
      if (last === undefined || records.length < limit) return;
      after = last.seq;
    }
  }

  /**
   * Reports the head of the trail, once for each day of `at` (UTC), if the trail has an event. It is stored, and an event is recorded so
   * that the head leaves the database. Signed where the park has a key. Undefined where the head of the day was reported before.
   */
  async reportHead(tx: Tx, at: Date, key: KeyObject | undefined): Promise<SignedHead | undefined> {
    const head = await insertHeadReport(tx, at);
    if (head === undefined) return undefined;
    const signed = signHead(head, key);
    await recordEvent(tx, HEAD_REPORTED, { key: signed.at, data: signed });
    return signed;
  }

  /** The last link of the chain that is committed; `seq` is 0 where there is no event so far. */
  async head(tx: Tx): Promise<{ readonly seq: bigint; readonly hash: string }> {
    const { seq, hash } = await tx.findOneByOrFail(AuditHeadEntity, { singleton: true });
    return { seq, hash: hash.toString('hex') };
  }

  /** The hash of a link, in hexadecimal, as the tables hold it now. */
  async hashAt(tx: Tx, seq: bigint): Promise<string | undefined> {
    const link = await tx.findOneBy(AuditChainEntity, { seq });
    return link?.hash.toString('hex');
  }

  /** Recomputes every hash from what the tables hold now. Reads the whole trail. */
  async verify(tx: Tx): Promise<Verification> {
    const faults = await findFaults(tx, MOST_FAULTS);
    const counted = await countEvents(tx);
    return { events: counted?.events ?? 0n, head: counted?.head ?? '', intact: faults.length === 0, faults };
  }
}
