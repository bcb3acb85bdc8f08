import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { type Actor, AuditService } from '#audit';
import { insertIfAbsent, type Tx } from '#database';
import { DomainError, type Fen, formatInstant, instantOf } from '#kernel';
import { requireImpartialToAll } from '#tenancy';
import { allClasses, priceOf, pricesOfAll } from './catalog.queries.ts';
import { describeClass, type GpuClass, type GpuClassChange, type GpuClassInput } from './domain/gpu-class.ts';
import { checkAnnouncement, checkPrice, type ListPrice } from './domain/price-book.ts';
import { GpuClassEntity } from './gpu-class.entity.ts';
import { GpuPriceEntity } from './gpu-price.entity.ts';

function unknownClass(code: string): DomainError {
  return new DomainError('catalog.unknown-class', {
    field: '/gpuClass',
    detail: `There is no GPU class "${code}".`,
    remedy: 'Choose one of the classes of the catalog.',
    kind: 'not-found',
  });
}

/** GPU classes and their list prices. */
@Injectable()
export class CatalogService {
  constructor(private readonly audit: AuditService) {}

  /** All classes, also those that take no new jobs, by code. */
  async classes(tx: Tx): Promise<GpuClass[]> {
    return await allClasses(tx);
  }

  /** @throws DomainError `catalog.unknown-class` */
  async class(tx: Tx, code: string): Promise<GpuClass> {
    const found = await tx.findOneBy(GpuClassEntity, { code });
    if (found === null) throw unknownClass(code);
    return toClass(found);
  }

  /** @throws DomainError `catalog.unknown-class` naming the first of `codes` that does not exist */
  async requireClasses(tx: Tx, codes: readonly string[]): Promise<void> {
    const rows = await tx.find(GpuClassEntity, { select: { code: true }, where: { code: In(codes) } });
    const known = new Set(rows.map((row) => row.code));
    const missing = codes.find((code) => !known.has(code));
    if (missing !== undefined) throw unknownClass(missing);
  }

  /** @throws DomainError `catalog.invalid-class`, `catalog.class-exists` */
  async addClass(tx: Tx, actor: Actor, input: GpuClassInput): Promise<GpuClass> {
    const described = describeClass(input);
    const added: GpuClass = { ...described, version: 1 };
    if (!(await insertIfAbsent(tx, GpuClassEntity, added))) {
      throw new DomainError('catalog.class-exists', {
        field: '/code',
        detail: `The GPU class "${described.code}" exists already.`,
        remedy: 'Choose another code, or change the class that exists.',
        kind: 'conflict',
      });
    }
    await this.audit.record(tx, { actor, action: 'gpu-class.added', objectType: 'gpu-class', objectId: added.code, after: added });
    return added;
  }

  /**
   * Changes a class that is at `version`.
   * @throws DomainError `catalog.unknown-class`, `catalog.invalid-class`, `catalog.stale` when it was changed meanwhile
   */
  async changeClass(tx: Tx, actor: Actor, code: string, version: number, change: GpuClassChange): Promise<GpuClass> {
    const locked = await tx.findOne(GpuClassEntity, { where: { code }, lock: { mode: 'for_no_key_update' } });
    if (locked === null) throw unknownClass(code);
    const before = toClass(locked);
    if (before.version !== version) {
      throw new DomainError('catalog.stale', {
        detail: `The GPU class "${code}" was changed since it was read.`,
        remedy: 'Read it again and repeat the change.',
        kind: 'stale',
      });
    }
    const described = describeClass({ ...before, ...change });
    const after: GpuClass = { ...described, version: version + 1 };
    await tx.update(GpuClassEntity, { code }, after);
    await this.audit.record(tx, { actor, action: 'gpu-class.changed', objectType: 'gpu-class', objectId: code, before, after });
    return after;
  }

  /**
   * Records a price without a check of its beginning; people use `announcePrice`.
   * @throws DomainError `access.conflict-of-interest`, `catalog.unknown-class`, `catalog.invalid-price`, `catalog.price-exists`
   */
  async addPrice(tx: Tx, actor: Actor, code: string, price: ListPrice): Promise<void> {
    checkPrice(price);
    await requireImpartialToAll(tx, actor);
    await this.class(tx, code);
    const added = await insertIfAbsent(tx, GpuPriceEntity, {
      gpuClass: code,
      effectiveFrom: price.from,
      fenPerGpuHour: price.fenPerGpuHour,
    });
    const from = formatInstant(instantOf(price.from));
    if (!added) {
      throw new DomainError('catalog.price-exists', {
        field: '/from',
        detail: `The GPU class "${code}" has a price from ${from} already, and prices are never edited.`,
        remedy: 'Let the new price begin at another instant, for example a second later.',
        kind: 'conflict',
      });
    }
    await this.audit.record(tx, {
      actor,
      action: 'price.added',
      objectType: 'gpu-class',
      objectId: code,
      after: { from, fenPerGpuHour: price.fenPerGpuHour.toString() },
    });
  }

  /** Adds a price that begins at or after `now`, or a class's first. @throws DomainError as `addPrice`, and `catalog.backdated-price` */
  async announcePrice(tx: Tx, actor: Actor, code: string, price: ListPrice, now: Date): Promise<void> {
    checkPrice(price);
    checkAnnouncement(price, await this.prices(tx, code), now);
    await this.addPrice(tx, actor, code, price);
  }

  /** Fen per GPU-hour in force at `at`. @throws DomainError `catalog.unknown-class`, `catalog.no-price` */
  async priceAt(tx: Tx, code: string, at: Date): Promise<Fen> {
    const found = await priceOf(tx, code, at);
    if (found !== undefined) return found;
    await this.class(tx, code);
    throw new DomainError('catalog.no-price', {
      field: '/gpuClass',
      detail: `The GPU class "${code}" has no price at ${formatInstant(instantOf(at))}.`,
      remedy: 'Ask the park to announce a price for it.',
    });
  }

  /** A class's prices in the order in which they begin. */
  async prices(tx: Tx, code: string): Promise<ListPrice[]> {
    const prices = await tx.find(GpuPriceEntity, { where: { gpuClass: code }, order: { effectiveFrom: 'ASC' } });
    return prices.map(({ effectiveFrom, fenPerGpuHour }) => ({ from: effectiveFrom, fenPerGpuHour }));
  }

  /** The price in force at `at` of each class that has one. */
  async pricesAt(tx: Tx, at: Date): Promise<Map<string, Fen>> {
    return await pricesOfAll(tx, at);
  }
}

function toClass({ createdAt: _, ...described }: GpuClassEntity): GpuClass {
  return described;
}
