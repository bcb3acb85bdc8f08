import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from '@20minutes/s3rver';
import { type LogLine, logPage } from '#cluster';
import { TestDatabase } from '#database/testing';
import { newId } from '#kernel';
import { Buckets, S3Bucket } from '#storage';
import { KeptLogsService } from './kept-logs.service.ts';

const MIB = 1024 * 1024;
const NOW = 1_790_000_000;

/** Numbered lines, three of each instant. */
async function* written(count: number, width = 0): AsyncGenerator<LogLine> {
  for (let n = 0; n < count; n += 1) {
    const at = `${new Date((NOW + Math.floor(n / 3)) * 1_000).toISOString().slice(0, 19)}.000000000Z`;
    yield { at, nth: (n % 3) + 1, text: `step ${n} ${'训'.repeat(width)}` };
    // As lines come from a connection, so that others have their turn.
    if (n % 1_000 === 0) await Promise.resolve();
  }
}

async function textsOf(lines: AsyncIterable<LogLine>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of lines) texts.push(text.trim());
  return texts;
}

describe('the kept log of a pod', () => {
  let database: TestDatabase;
  let directory: string;
  let server: S3rver;
  let bucket: S3Bucket;
  let inBucket: KeptLogsService;
  let inDatabase: KeptLogsService;
  const jobId = newId('job');
  beforeAll(async () => {
    database = await TestDatabase.create();
    directory = await mkdtemp(path.join(tmpdir(), 'speedspace-logs-'));
    server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: 'logs' }] });
    const { port } = await server.run();
    bucket = new S3Bucket({
      ...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket: 'logs', pathStyle: true },
      ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    });
    inBucket = new KeptLogsService(database.transactions, new Buckets(bucket));
    inDatabase = new KeptLogsService(database.transactions, new Buckets(undefined));
    // A job as far as the log needs one: whose it is.
    await database.owner.query(`SET session_replication_role = replica`);
    await database.owner.query(
      `INSERT INTO job (id, tenant_id, name, spec, gpu_class, replicas, gpus_per_replica, max_runtime_seconds, grace_seconds, priority, self_pay, state,
         attempt, event_count, submitted_by, submitted_at, queued_at)
       VALUES ($1, 'company_a', 'sft', '{}', 'h800', 1, 8, 60, 30, 'normal', true, 'Succeeded', 1, 0, 'user_a', now(), now())`,
      [jobId],
    );
    await database.owner.query(`SET session_replication_role = DEFAULT`);
  });
  afterAll(async () => {
    bucket.close();
    await server.close();
    await rm(directory, { recursive: true });
    await database.drop();
  });

  const owner = (podUid: string, attempt = 1) => ({ podUid, jobId, attempt, replica: 0, startedAt: NOW });
  const fence = () => Promise.resolve();
  const objects = async (): Promise<number> =>
    (await readdir(directory, { recursive: true })).filter((name) => name.includes('logs/') && name.endsWith('object')).length;

  it('has its last lines in parts, and pages, searches and follows as the log of a running pod does', async () => {
    const gathered = await inDatabase.gather(written(60_000), 1 * MIB, 100_000);
    expect([gathered.isCut, gathered.bytes <= MIB, gathered.parts.length > 1]).toEqual([true, true, true]);
    await inDatabase.keep(owner('uid-database'), gathered, NOW, fence);
    const kept = await inDatabase.find(database.transactions.reader, { jobId, attempt: 1 }, 0);
    expect(kept).toMatchObject({ podUid: 'uid-database', lines: gathered.lines, isCut: true, failure: null });
    const log = await inDatabase.open(kept!);
    const all = await textsOf(log({}));
    expect([all.length, all.at(-1), all[0]]).toEqual([gathered.lines, 'step 59999', `step ${60_000 - gathered.lines}`]);
    expect(await textsOf(log({ tailLines: 2 }))).toEqual(['step 59998', 'step 59999']);
    const latest = await logPage(log, { order: 'latest', limit: 4 });
    expect(latest.lines.map(({ text }) => text.trim())).toEqual(['step 59999', 'step 59998', 'step 59997', 'step 59996']);
    const older = await logPage(log, { order: 'latest', limit: 2, cursor: latest.next });
    expect(older.lines.map(({ text }) => text.trim())).toEqual(['step 59995', 'step 59994']);
    const found = await logPage(log, { order: 'first', limit: 1, matches: (text) => text.startsWith('step 55555 ') });
    const after = await logPage(log, { order: 'first', limit: 2, cursor: found.lines[0] });
    expect(after.lines.map(({ text }) => text.trim())).toEqual(['step 55556', 'step 55557']);
    expect(await textsOf(log({ follow: true, after: latest.lines[2] }))).toEqual(['step 59998', 'step 59999']);
  });

  it('is in the bucket where it is large, small ones stay in the database, and both are deleted after their time', async () => {
    const random = async function* (): AsyncGenerator<LogLine> {
      for await (const line of written(6_000))
        yield { ...line, text: `${line.text} ${Array.from({ length: 6 }, () => crypto.randomUUID()).join(' ')}` };
    };
    const large = await inBucket.gather(random(), 16 * MIB, 100_000);
    await inBucket.keep(owner('uid-large', 2), large, NOW, fence);
    expect(await objects()).toBe(large.parts.length);
    const small = await inBucket.gather(written(3), 16 * MIB, 100_000);
    await inBucket.keep(owner('uid-small', 3), small, NOW, fence);
    expect(await objects()).toBe(large.parts.length);
    const find = (attempt: number) => inBucket.find(database.transactions.reader, { jobId, attempt }, 0);
    const [keptLarge, keptSmall] = [await find(2), await find(3)];
    expect([keptLarge?.isCut, keptSmall?.isCut]).toEqual([false, false]);
    expect(await textsOf((await inBucket.open(keptLarge!))({}))).toHaveLength(6_000);
    expect(await textsOf((await inBucket.open(keptSmall!))({}))).toEqual(['step 0', 'step 1', 'step 2']);
    const [line] = (await logPage(await inBucket.open(keptLarge!), { order: 'latest', limit: 1 })).lines;
    expect(line?.text).toMatch(/^step 5999 /);
    await expect(textsOf((await inDatabase.open(keptLarge!))({}))).rejects.toMatchObject({ code: 'storage.unavailable' });

    const deleteBefore = (at: number) => database.transactions.run((tx) => inBucket.deleteOld(tx, new Date(at * 1_000)));
    expect(await deleteBefore(NOW)).toBe(0);
    // Those of the test before among them.
    expect(await deleteBefore(NOW + 1)).toBe(3);
    expect([await objects(), await inBucket.list(database.transactions.reader, jobId)]).toEqual([0, []]);
  });

  it('is kept once, also where two controllers keep it, and says why it could not be read', async () => {
    const one = await inDatabase.gather(written(3), MIB, 100_000);
    await inDatabase.keep(owner('uid-twice', 4), one, NOW, fence);
    await inDatabase.keep(owner('uid-twice', 4), one, NOW + 5, fence);
    await inDatabase.keep(owner('uid-failed', 5), { failure: 'it could not be read within 60 s' }, NOW, fence);
    expect(await inDatabase.list(database.transactions.reader, jobId)).toMatchObject([
      { podUid: 'uid-twice', keptAt: NOW, lines: 3 },
      { podUid: 'uid-failed', lines: 0, failure: 'it could not be read within 60 s' },
    ]);
    expect(await inDatabase.keptOf(database.transactions.reader, ['uid-twice', 'uid-other'])).toEqual(new Set(['uid-twice']));
  });

  it('of a gigabyte takes memory for what is kept of it', async () => {
    const before = process.memoryUsage().rss;
    // 16,384 lines of some 64 KiB each.
    const gathered = await inDatabase.gather(written(16_384, 21_840), 16 * MIB, 100_000);
    expect([gathered.isCut, gathered.bytes <= 16 * MIB]).toEqual([true, true]);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * MIB);
  });
});
