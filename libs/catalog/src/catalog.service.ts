import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import { runPrepared, type Tx } from '#database';
import { DomainError, type Fen, formatInstant, instantOf } from '#kernel';
import { requireImpartialToAll } from '#tenancy';
import { describeClass, type GpuClass, type GpuClassChange, type GpuClassInput } from './domain/gpu-class.ts';
import { checkAnnouncement, checkPrice, type ListPrice } from './domain/price-book.ts';

const COLUMNS = `code, name, vendor, resource_name AS "resourceName", node_selector AS "nodeSelector", gpus_per_node AS "gpusPerNode",
  weight, active, version`;

const CLASSES = { name: 'catalog_classes', text: `SELECT ${COLUMNS} FROM gpu_class ORDER BY code COLLATE "C"` };

const PRICE_AT = {
  name: 'catalog_price_at',
  text: `SELECT fen_per_gpu_hour AS fen FROM gpu_price WHERE gpu_class = $1 AND effective_from <= $2 ORDER BY effective_from DESC LIMIT 1`,
};

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
    return await runPrepared<GpuClass>(tx, CLASSES, []);
  }

  /** @throws DomainError `catalog.unknown-class` */
  async class(tx: Tx, code: string): Promise<GpuClass> {
    const [found] = await tx.query<GpuClass[]>(`SELECT ${COLUMNS} FROM gpu_class WHERE code = $1`, [code]);
    if (found === undefined) throw unknownClass(code);
    return found;
  }

  /** @throws DomainError `catalog.unknown-class` naming the first of `codes` that does not exist */
  async requireClasses(tx: Tx, codes: readonly string[]): Promise<void> {
    const rows = await tx.query<{ code: string }[]>('SELECT code FROM gpu_class WHERE code = ANY($1)', [codes]);
    const known = new Set(rows.map((row) => row.code));
    const missing = codes.find((code) => !known.has(code));
    if (missing !== undefined) throw unknownClass(missing);
  }

  /** @throws DomainError `catalog.invalid-class`, `catalog.class-exists` */
  async addClass(tx: Tx, actor: Actor, input: GpuClassInput): Promise<GpuClass> {
    const described = describeClass(input);
    const [added] = await tx.query<GpuClass[]>(
      `INSERT INTO gpu_class (code, name, vendor, resource_name, node_selector, gpus_per_node, weight, active)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (code) DO NOTHING RETURNING ${COLUMNS}`,
      [
        described.code,
        described.name,
        described.vendor,
        described.resourceName,
        JSON.stringify(described.nodeSelector),
        described.gpusPerNode,
        described.weight,
        described.active,
      ],
    );
    if (added === undefined) {
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
   * Changes a class as it stood at `version`.
   * @throws DomainError `catalog.unknown-class`, `catalog.invalid-class`, `catalog.stale` when it was changed meanwhile
   */
  async changeClass(tx: Tx, actor: Actor, code: string, version: number, change: GpuClassChange): Promise<GpuClass> {
    const [before] = await tx.query<GpuClass[]>(`SELECT ${COLUMNS} FROM gpu_class WHERE code = $1 FOR NO KEY UPDATE`, [code]);
    if (before === undefined) throw unknownClass(code);
    if (before.version !== version) {
      throw new DomainError('catalog.stale', {
        detail: `The GPU class "${code}" was changed since it was read.`,
        remedy: 'Read it again and decide on what it is now.',
        kind: 'stale',
      });
    }
    const described = describeClass({ ...before, ...change });
    const after: GpuClass = { ...described, version: version + 1 };
    await tx.query(
      `UPDATE gpu_class SET name = $2, vendor = $3, resource_name = $4, node_selector = $5, gpus_per_node = $6, weight = $7, active = $8,
       version = $9 WHERE code = $1`,
      [
        code,
        after.name,
        after.vendor,
        after.resourceName,
        JSON.stringify(after.nodeSelector),
        after.gpusPerNode,
        after.weight,
        after.active,
        after.version,
      ],
    );
    await this.audit.record(tx, { actor, action: 'gpu-class.changed', objectType: 'gpu-class', objectId: code, before, after });
    return after;
  }

  /**
   * Records a price as it is; `announcePrice` is what people use.
   * @throws DomainError `access.conflict-of-interest`, `catalog.unknown-class`, `catalog.invalid-price`, `catalog.price-exists`
   */
  async addPrice(tx: Tx, actor: Actor, code: string, price: ListPrice): Promise<void> {
    checkPrice(price);
    await requireImpartialToAll(tx, actor);
    await this.class(tx, code);
    const added = await tx.query<unknown[]>(
      `INSERT INTO gpu_price (gpu_class, effective_from, fen_per_gpu_hour) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING gpu_class`,
      [code, price.from, price.fenPerGpuHour],
    );
    const from = formatInstant(instantOf(price.from));
    if (added.length === 0) {
      throw new DomainError('catalog.price-exists', {
        field: '/from',
        detail: `The GPU class "${code}" has a price from ${from} already, and prices are never edited.`,
        remedy: 'Let the new price begin at another instant, a second later if need be.',
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
    const [found] = await runPrepared<{ fen: Fen }>(tx, PRICE_AT, [code, at]);
    if (found !== undefined) return found.fen;
    await this.class(tx, code);
    throw new DomainError('catalog.no-price', {
      field: '/gpuClass',
      detail: `The GPU class "${code}" has no price at ${formatInstant(instantOf(at))}.`,
      remedy: 'Ask the park to announce a price for it.',
    });
  }

  /** A class's prices in the order in which they begin. */
  async prices(tx: Tx, code: string): Promise<ListPrice[]> {
    return tx.query<ListPrice[]>(
      `SELECT effective_from AS "from", fen_per_gpu_hour AS "fenPerGpuHour" FROM gpu_price WHERE gpu_class = $1 ORDER BY effective_from`,
      [code],
    );
  }

  /** The price in force at `at` of each class that has one. */
  async pricesAt(tx: Tx, at: Date): Promise<Map<string, Fen>> {
    const rows = await tx.query<{ code: string; fen: Fen }[]>(
      `SELECT DISTINCT ON (gpu_class) gpu_class AS code, fen_per_gpu_hour AS fen FROM gpu_price
       WHERE effective_from <= $1 ORDER BY gpu_class, effective_from DESC`,
      [at],
    );
    return new Map(rows.map((row) => [row.code, row.fen]));
  }
}
