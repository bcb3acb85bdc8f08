import { compareBytes } from '#kernel';

/** Something about one job. */
interface OfJob {
  readonly jobId: string;
}

/** A side of a comparison: rows by the id of their job, each job once. */
export type Side<Row extends OfJob> = AsyncIterable<Row> | Iterable<Row>;

interface Reader<Row> {
  row: Row | undefined;
  next(): Promise<void>;
}

async function readerOf<Row extends OfJob>(side: Side<Row>): Promise<Reader<Row>> {
  const rows: AsyncIterator<Row, unknown> | Iterator<Row, unknown> =
    Symbol.asyncIterator in side ? side[Symbol.asyncIterator]() : side[Symbol.iterator]();
  const reader: Reader<Row> = {
    row: undefined,
    async next() {
      const next = await rows.next();
      reader.row = next.done === true ? undefined : next.value;
    },
  };
  await reader.next();
  return reader;
}

/**
 * Puts the rows of each job beside each other, by the id of the job: one row of each side is in memory at a time. A side that has no row
 * of a job is undefined for it.
 */
export async function* byJob<Sides extends Readonly<Record<string, OfJob>>>(sides: {
  readonly [Name in keyof Sides]: Side<Sides[Name]>;
}): AsyncGenerator<{ readonly jobId: string; readonly rows: { readonly [Name in keyof Sides]?: Sides[Name] } }> {
  const names = Object.keys(sides) as (keyof Sides)[];
  const readers = new Map<keyof Sides, Reader<OfJob>>();
  for (const name of names) readers.set(name, await readerOf<OfJob>(sides[name]));
  for (;;) {
    const jobIds = [...readers.values()].flatMap(({ row }) => row?.jobId ?? []);
    const [jobId] = jobIds.sort(compareBytes);
    if (jobId === undefined) return;
    const rows: { [Name in keyof Sides]?: Sides[Name] } = {};
    for (const [name, reader] of readers) {
      if (reader.row?.jobId !== jobId) continue;
      rows[name] = reader.row as Sides[typeof name];
      await reader.next();
    }
    yield { jobId, rows };
  }
}
