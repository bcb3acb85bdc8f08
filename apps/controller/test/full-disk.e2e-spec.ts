import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, open, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { connectionOptions, databaseSettings, EmbeddedPostgresServer, ownerOptions, Transactions } from '#database';
import { DomainError } from '#kernel';
import { eventually } from '#kernel/testing';
import { accounts } from '#ledger';
import { migrations } from '../../../migrations/index.ts';
import { ScaledTestEnvironment } from './scaled-test-environment.ts';

const DATABASE = 'speedspace';
const DISK_SIZE = '160m';
const LARGEST_WRITE_BYTES = 1_048_576;
/** Far more than the free pages of the tables have space for. */
const MOST_SUBMISSIONS = 500;

/** A database whose disk can be filled and emptied. */
interface Disk {
  readonly server: EmbeddedPostgresServer;
  fill(): Promise<void>;
  free(): Promise<void>;
  remove(): Promise<void>;
}

async function asOwner(server: EmbeddedPostgresServer, sql: string): Promise<void> {
  const owner = await new DataSource(ownerOptions(server.ownerUrl(DATABASE))).initialize();
  await owner.query(sql);
  await owner.destroy();
}

function refusing(table: string): string {
  return `CREATE TRIGGER full_disk AFTER INSERT OR UPDATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_on_full_disk();`;
}

/** A server that answers each write of jobs and money as one whose disk is full: every machine can run this one. */
async function refusingDisk(): Promise<Disk> {
  const server = await EmbeddedPostgresServer.startTemporary(['-c', 'fsync=off']);
  await server.prepare(DATABASE, migrations);
  await asOwner(
    server,
    `CREATE TABLE full_disk ();
     CREATE FUNCTION refuse_on_full_disk() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN
       IF EXISTS (SELECT FROM full_disk) THEN
         RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
       END IF;
       RETURN NULL;
     END $$;
     ${['job', 'ledger_entry', 'usage_interval'].map(refusing).join('')}`,
  );
  return {
    server,
    fill: () => asOwner(server, 'INSERT INTO full_disk DEFAULT VALUES'),
    free: () => asOwner(server, 'DELETE FROM full_disk'),
    remove: () => server.stop(),
  };
}

function mounts(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE},mode=0755`, 'speedspace-full-disk', folder]).status === 0;
}

/** Takes what is left of the file system. */
async function takeAll(file: string): Promise<void> {
  const ballast = await open(file, 'w');
  try {
    for (let bytes = LARGEST_WRITE_BYTES; bytes >= 512; bytes /= 2) {
      let written = bytes;
      while (written === bytes) {
        written = await ballast.write(Buffer.alloc(bytes)).then(
          ({ bytesWritten }) => bytesWritten,
          (error: unknown) => {
            if ((error as { code?: string }).code !== 'ENOSPC') throw error;
            return 0;
          },
        );
      }
    }
  } finally {
    await ballast.close();
  }
}

/** A server whose data are on a file system of their own, which is mounted for them; its write-ahead log is elsewhere. */
async function mountedDisk(): Promise<Disk> {
  const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-full-disk-'));
  await chmod(folder, 0o755);
  if (!mounts(folder)) throw new Error(`no file system could be mounted at ${folder}`);
  const data = path.join(folder, 'data');
  const log = await mkdtemp(path.join(tmpdir(), 'speedspace-write-ahead-log-'));
  const start = () => EmbeddedPostgresServer.start(data, 0, ['-c', 'fsync=off']);
  const first = await start();
  await first.stop();
  const { uid, gid } = await stat(path.join(data, 'pg_wal'));
  spawnSync('cp', ['-a', path.join(data, 'pg_wal'), path.join(log, 'pg_wal')]);
  await chown(log, uid, gid);
  await rename(path.join(data, 'pg_wal'), path.join(data, 'pg_wal_of_initdb'));
  await rm(path.join(data, 'pg_wal_of_initdb'), { recursive: true });
  await symlink(path.join(log, 'pg_wal'), path.join(data, 'pg_wal'));
  const server = await start();
  await server.prepare(DATABASE, migrations);
  const ballast = path.join(folder, 'ballast');
  return {
    server,
    fill: () => takeAll(ballast),
    free: () => rm(ballast),
    remove: async () => {
      await server.stop();
      spawnSync('umount', [folder]);
      await rm(folder, { recursive: true });
      await rm(log, { recursive: true });
    },
  };
}

/** Only root may mount, and not in every container. */
function mayMount(): boolean {
  return process.platform === 'linux' && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'probe', '/mnt']).status === 0;
}

const DISKS: [string, () => Promise<Disk>][] = [['a server that refuses writes', refusingDisk]];
if (mayMount()) DISKS.push(['a file system without space', mountedDisk]);

describe.each(DISKS)('a full disk of the database: %s', (_, makeDisk) => {
  let disk: Disk;
  let dataSource: DataSource;
  let environment: ScaledTestEnvironment;

  beforeAll(async () => {
    disk = await makeDisk();
    const url = disk.server.url(DATABASE);
    dataSource = await new DataSource(connectionOptions(databaseSettings(url))).initialize();
    environment = await ScaledTestEnvironment.start({ database: { url, transactions: new Transactions(dataSource) } });
  });
  afterAll(async () => {
    await environment.stop();
    await dataSource.destroy();
    await disk.remove();
  });

  it('refuses changes in a sentence, loses nothing, and is charged in full once there is space again', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.until(await environment.submit(tenantId, '120s'), 'Running');
    await disk.fill();

    let refusal: unknown;
    for (let submitted = 0; refusal === undefined && submitted < MOST_SUBMISSIONS; submitted += 1) {
      await environment.submit(tenantId, '10s').catch((error: unknown) => (refusal = error));
    }
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({
      code: 'database.disk-full',
      kind: 'unavailable',
      detail: 'The disk of the database is full.',
      remedy: 'Nothing was written: try again after the operator has made space.',
    });
    await eventually(
      'the end of the pods in the cluster',
      () => environment.podsOf(job),
      (pods) => pods.every(({ endedAt }) => endedAt !== undefined),
    );

    await disk.free();
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
    expect(await environment.funds.balance(accounts.absorbed, 'CNY')).toBe(0n);
  });
});
