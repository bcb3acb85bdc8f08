import { column, execute, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type Instant, toDate } from '#kernel';
import type { ClassSample } from './domain/utilisation-sample.ts';
import type { KeptResolution } from './utilisation.entity.ts';

/** Rows that are deleted in one transaction. */
const BATCH = 1_000;

/** The rows that a sample is added to. */
export interface Bucket {
  readonly resolution: KeptResolution;
  readonly at: Instant;
}

const ADDED = rowType({ classes: column.integer });

/**
 * Adds the samples of one instant to each of `buckets`, in one statement. The first bucket is the sample itself: where it exists already,
 * nothing is added anywhere, so a repeated turn changes nothing.
 * @returns for how many classes samples were added
 */
export async function addSamples(tx: Tx, buckets: readonly Bucket[], samples: readonly ClassSample[]): Promise<number> {
  const [first] = buckets;
  const classes = samples.map(({ companies: _companies, ...sample }) => sample);
  const shares = samples.flatMap(({ gpuClass, companies }) => companies.map((share) => ({ gpuClass, ...share })));
  const rows = await queryRows(
    tx,
    ADDED,
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($3::jsonb)
         AS s ("gpuClass" text, gpus bigint, ready bigint, allocated bigint, "queuedJobs" bigint, "queuedGpus" bigint, "longestWaitSeconds" int)
        WHERE NOT EXISTS (SELECT FROM utilisation u WHERE u.resolution = 'sample' AND u.at = $4 AND u.gpu_class = s."gpuClass")
     ),
     bucket AS (SELECT * FROM unnest($1::text[], $2::timestamptz[]) AS b (resolution, at)),
     added AS (
       INSERT INTO utilisation AS known (resolution, at, gpu_class, samples, gpus, ready, allocated, queued_jobs, queued_gpus,
                                         longest_wait_seconds, most_allocated, most_queued_gpus)
       SELECT b.resolution, b.at, s."gpuClass", 1, s.gpus, s.ready, s.allocated, s."queuedJobs", s."queuedGpus", s."longestWaitSeconds",
              s.allocated, s."queuedGpus"
         FROM bucket b CROSS JOIN given s
       ON CONFLICT (resolution, at, gpu_class) DO UPDATE
       SET samples = known.samples + 1, gpus = known.gpus + excluded.gpus, ready = known.ready + excluded.ready,
           allocated = known.allocated + excluded.allocated, queued_jobs = known.queued_jobs + excluded.queued_jobs,
           queued_gpus = known.queued_gpus + excluded.queued_gpus,
           longest_wait_seconds = greatest(known.longest_wait_seconds, excluded.longest_wait_seconds),
           most_allocated = greatest(known.most_allocated, excluded.most_allocated),
           most_queued_gpus = greatest(known.most_queued_gpus, excluded.most_queued_gpus)
       RETURNING resolution
     ),
     shared AS (
       INSERT INTO utilisation_share AS known (resolution, at, gpu_class, tenant_id, allocated, queued_jobs, queued_gpus, longest_wait_seconds)
       SELECT b.resolution, b.at, c."gpuClass", c."companyId", c.allocated, c."queuedJobs", c."queuedGpus", c."longestWaitSeconds"
         FROM bucket b CROSS JOIN jsonb_to_recordset($5::jsonb)
           AS c ("gpuClass" text, "companyId" text, allocated bigint, "queuedJobs" bigint, "queuedGpus" bigint, "longestWaitSeconds" int)
        WHERE c."gpuClass" IN (SELECT "gpuClass" FROM given)
       ON CONFLICT (resolution, at, gpu_class, tenant_id) DO UPDATE
       SET allocated = known.allocated + excluded.allocated, queued_jobs = known.queued_jobs + excluded.queued_jobs,
           queued_gpus = known.queued_gpus + excluded.queued_gpus,
           longest_wait_seconds = greatest(known.longest_wait_seconds, excluded.longest_wait_seconds)
     )
     SELECT count(*) FILTER (WHERE resolution = 'sample')::int AS classes FROM added`,
    [
      buckets.map(({ resolution }) => resolution),
      buckets.map(({ at }) => toDate(at)),
      JSON.stringify(classes),
      toDate(first?.at ?? 0),
      JSON.stringify(shares),
    ],
  );
  return rows[0]?.classes ?? 0;
}

/** Points in time of a history. */
export const UTILISATION_RESOLUTIONS = ['sample', 'hour', 'day', 'week', 'month'] as const;
export type UtilisationResolution = (typeof UTILISATION_RESOLUTIONS)[number];

/** Which part of the history is read. */
export interface UtilisationWanted {
  readonly from: Instant;
  readonly until: Instant;
  readonly resolution: UtilisationResolution;
  readonly gpuClass?: string;
  /** Time zone of the business days, weeks and months. */
  readonly timeZone: string;
}

const KEPT: Readonly<Record<UtilisationResolution, KeptResolution>> = {
  ...{ sample: 'sample', hour: 'hour', day: 'day', week: 'day', month: 'day' },
};

/** Where a row belongs to: weeks (from Monday) and months are made of days. */
function bucketOf(resolution: UtilisationResolution): string {
  return resolution === 'week' || resolution === 'month' ? `date_trunc('${resolution}', u.at AT TIME ZONE $4) AT TIME ZONE $4` : 'u.at';
}

const POINT = rowType({
  at: column.instant,
  gpuClass: column.text,
  samples: column.integer,
  gpus: column.bigint,
  ready: column.bigint,
  allocated: column.bigint,
  queuedJobs: column.bigint,
  queuedGpus: column.bigint,
  longestWaitSeconds: column.integer,
  mostAllocated: column.integer,
  mostQueuedGpus: column.integer,
});
export type UtilisationRow = RowOf<typeof POINT>;

const parametersOf = ({ from, until, resolution, gpuClass, timeZone }: UtilisationWanted): unknown[] => [
  ...[KEPT[resolution], toDate(from), toDate(until), timeZone, gpuClass ?? null],
];
const WITHIN = `u.resolution = $1 AND u.at >= $2 AND u.at < $3 AND $4::text IS NOT NULL AND ($5::text IS NULL OR u.gpu_class = $5)`;

/** Sums of the samples of each point, by time and class. */
export async function selectUtilisation(tx: Tx, wanted: UtilisationWanted): Promise<UtilisationRow[]> {
  return await queryRows(
    tx,
    POINT,
    `SELECT ${bucketOf(wanted.resolution)} AS at, u.gpu_class AS "gpuClass", sum(u.samples)::int AS samples, sum(u.gpus)::bigint AS gpus,
            sum(u.ready)::bigint AS ready, sum(u.allocated)::bigint AS allocated, sum(u.queued_jobs)::bigint AS "queuedJobs",
            sum(u.queued_gpus)::bigint AS "queuedGpus", max(u.longest_wait_seconds) AS "longestWaitSeconds",
            max(u.most_allocated) AS "mostAllocated", max(u.most_queued_gpus) AS "mostQueuedGpus"
       FROM utilisation u WHERE ${WITHIN} GROUP BY 1, 2 ORDER BY 1, 2`,
    parametersOf(wanted),
  );
}

const SHARE_POINT = rowType({
  at: column.instant,
  gpuClass: column.text,
  samples: column.integer,
  allocated: column.bigint,
  queuedJobs: column.bigint,
  queuedGpus: column.bigint,
  longestWaitSeconds: column.integer,
});

/** As `selectUtilisation`, of one company; points at which it had nothing included. */
export async function selectUtilisationOfCompany(
  tx: Tx,
  wanted: UtilisationWanted,
  companyId: string,
): Promise<RowOf<typeof SHARE_POINT>[]> {
  return await queryRows(
    tx,
    SHARE_POINT,
    `SELECT ${bucketOf(wanted.resolution)} AS at, u.gpu_class AS "gpuClass", sum(u.samples)::int AS samples,
            coalesce(sum(s.allocated), 0)::bigint AS allocated, coalesce(sum(s.queued_jobs), 0)::bigint AS "queuedJobs",
            coalesce(sum(s.queued_gpus), 0)::bigint AS "queuedGpus", coalesce(max(s.longest_wait_seconds), 0) AS "longestWaitSeconds"
       FROM utilisation_samples u
       LEFT JOIN utilisation_share s ON s.resolution = u.resolution AND s.at = u.at AND s.gpu_class = u.gpu_class AND s.tenant_id = $6
      WHERE ${WITHIN} GROUP BY 1, 2 ORDER BY 1, 2`,
    [...parametersOf(wanted), companyId],
  );
}

const SHARE = rowType({
  companyId: column.text,
  gpuClass: column.text,
  allocated: column.bigint,
  queuedGpus: column.bigint,
  longestWaitSeconds: column.integer,
});

/** Sums of the samples of each company over the whole period. */
export async function selectShares(tx: Tx, wanted: UtilisationWanted): Promise<RowOf<typeof SHARE>[]> {
  return await queryRows(
    tx,
    SHARE,
    `SELECT u.tenant_id AS "companyId", u.gpu_class AS "gpuClass", sum(u.allocated)::bigint AS allocated,
            sum(u.queued_gpus)::bigint AS "queuedGpus", max(u.longest_wait_seconds) AS "longestWaitSeconds"
       FROM utilisation_share u WHERE ${WITHIN} GROUP BY 1, 2 ORDER BY 2, 3 DESC, 1`,
    parametersOf(wanted),
  );
}

/** Deletes some of the oldest samples and hours, with the shares of companies in them; days are kept. @returns how many rows */
export async function deleteOldUtilisation(
  tx: Tx,
  { samplesBefore, hoursBefore }: { samplesBefore: Date; hoursBefore: Date },
): Promise<number> {
  return await execute(
    tx,
    `DELETE FROM utilisation WHERE (resolution, at, gpu_class) IN (
       SELECT resolution, at, gpu_class FROM utilisation
        WHERE (resolution = 'sample' AND at < $1) OR (resolution = 'hour' AND at < $2) LIMIT ${BATCH})`,
    [samplesBefore, hoursBefore],
  );
}
