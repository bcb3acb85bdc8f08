import { z } from 'zod';
import { column, queryRows, rowType, runPrepared, type Tx } from '#database';
import type { Fen } from '#kernel';
import type { GpuClass } from './domain/gpu-class.ts';
import { TAINT_EFFECTS, TOLERATION_OPERATORS } from './domain/toleration.ts';

const TOLERATION = z.object({
  key: z.string().exactOptional(),
  operator: z.enum(TOLERATION_OPERATORS),
  value: z.string().exactOptional(),
  effect: z.enum(TAINT_EFFECTS).exactOptional(),
  tolerationSeconds: z.number().exactOptional(),
});

/** Read at every submission and every admission cycle. */
const CLASSES = {
  name: 'catalog_classes',
  text: `SELECT code, name, vendor, resource_name AS "resourceName", node_selector AS "nodeSelector",
           runtime_class_name AS "runtimeClassName", tolerations, gpus_per_node AS "gpusPerNode", weight, active, version FROM gpu_class ORDER BY code COLLATE "C"`,
  row: rowType({
    code: column.text,
    name: column.text,
    vendor: column.text,
    resourceName: column.text,
    nodeSelector: column.json(z.record(z.string(), z.string())),
    runtimeClassName: column.nullable(column.text),
    tolerations: column.json(z.array(TOLERATION)),
    gpusPerNode: column.integer,
    weight: column.integer,
    active: column.boolean,
    version: column.integer,
  }),
};

/** Read at every submission. */
const PRICE_AT = {
  name: 'catalog_price_at',
  text: `SELECT fen_per_gpu_hour AS fen FROM gpu_price WHERE gpu_class = $1 AND effective_from <= $2 ORDER BY effective_from DESC LIMIT 1`,
  row: rowType({ fen: column.bigint }),
};

const PRICES_AT = rowType({ code: column.text, fen: column.bigint });

/** All classes by code, in the order of its bytes. */
export async function allClasses(tx: Tx): Promise<GpuClass[]> {
  return await runPrepared(tx, CLASSES, []);
}

/** Fen per GPU-hour of a class in force at `at`; undefined before its first price. */
export async function priceOf(tx: Tx, code: string, at: Date): Promise<Fen | undefined> {
  const [found] = await runPrepared(tx, PRICE_AT, [code, at]);
  return found?.fen;
}

/** Fen per GPU-hour in force at `at`, by class; classes without a price are left out. */
export async function pricesOfAll(tx: Tx, at: Date): Promise<Map<string, Fen>> {
  const rows = await queryRows(
    tx,
    PRICES_AT,
    `SELECT DISTINCT ON (gpu_class) gpu_class AS code, fen_per_gpu_hour AS fen FROM gpu_price
     WHERE effective_from <= $1 ORDER BY gpu_class, effective_from DESC`,
    [at],
  );
  return new Map(rows.map(({ code, fen }) => [code, fen]));
}
