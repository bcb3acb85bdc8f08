import { execFile, spawnSync } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { EmbeddedPostgresServer } from './embedded-postgres-server.ts';
import { postgresPrograms, reachablePrograms } from './postgres-programs.ts';
import { postgresUser } from './postgres-user.ts';

const PASSWORD_FILE = 'speedspace-superuser-password';
const FAST = ['-c', 'fsync=off'];

async function connects(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') return false;
    throw error;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'speedspace-embedded-'));
    await chmod(folder, 0o755);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('has a password of its own in each data directory, for its owner’s eyes, and asks for it by SCRAM on loopback', async () => {
    const data = path.join(folder, 'data');
    const server = await EmbeddedPostgresServer.start(data, 0, FAST);
    const url = server.ownerUrl('postgres');
    try {
      const file = path.join(data, PASSWORD_FILE);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(new URL(url).password).toBe(await readFile(file, 'utf8'));
      expect(new URL(url).password).toMatch(/^[\w-]{32}$/);
      expect(await connects(url)).toBe(true);
      expect(await connects(`postgres://speedspace:speedspace@127.0.0.1:${server.port}/postgres`)).toBe(false);
      expect(await readFile(path.join(data, 'pg_hba.conf'), 'utf8')).toBe('host all all 127.0.0.1/32 scram-sha-256\n');
    } finally {
      await server.stop();
    }
    const again = await EmbeddedPostgresServer.start(data, 0, FAST);
    expect(new URL(again.ownerUrl('')).password).toBe(new URL(url).password);
    expect(new URL(again.url('')).password).toBe(new URL(server.url('')).password);
    await again.stop();
  });

  it('gives a data directory from before a password of its own', async () => {
    const data = path.join(folder, 'data');
    const first = await EmbeddedPostgresServer.start(data, 0, FAST);
    const client = new pg.Client({ connectionString: first.ownerUrl('postgres') });
    await client.connect();
    await client.query(`ALTER ROLE speedspace PASSWORD 'speedspace'`);
    await client.query(`CREATE TABLE kept (what text)`);
    await client.end();
    await first.stop();
    await rm(path.join(data, PASSWORD_FILE));
    await writeFile(path.join(data, 'pg_hba.conf'), 'host all all 127.0.0.1/32 password\n');

    const server = await EmbeddedPostgresServer.start(data, 0, FAST);
    try {
      expect(await connects(`postgres://speedspace:speedspace@127.0.0.1:${server.port}/postgres`)).toBe(false);
      expect(await connects(server.ownerUrl('postgres'))).toBe(true);
      expect(await connects(server.url('postgres'))).toBe(true);
    } finally {
      await server.stop();
    }
  });

  // Others run PostgreSQL as themselves, who reach whatever they started it from.
  if (process.getuid?.() !== 0) return;

  it('keeps its data elsewhere, behind a link, when root asks for them in a folder that is closed to others', async () => {
    await chmod(folder, 0o700);
    const data = path.join(folder, '.data', 'postgres');
    const server = await EmbeddedPostgresServer.start(data, 0, FAST);
    const place = await readlink(data);
    try {
      expect(place).toMatch(/^\/var\/lib\/speedspace\/postgres-\w{6}$/);
      expect(await connects(server.ownerUrl('postgres'))).toBe(true);
    } finally {
      await server.stop();
    }
    const again = await EmbeddedPostgresServer.start(data, 0, FAST);
    expect(again.ownerUrl('').replace(/:\d+\//, '/')).toBe(server.ownerUrl('').replace(/:\d+\//, '/'));
    await again.stop();
    await rm(place, { recursive: true });
  });

  it('runs from a copy of its programs when its user does not get to them, and not from one that somebody else made', async () => {
    const user = postgresUser();
    const { postgres } = await postgresPrograms(user);
    const closed = path.join(folder, 'closed');
    await cp(path.resolve(path.dirname(postgres), '..'), closed, { recursive: true, verbatimSymlinks: true });
    await chmod(folder, 0o700);
    const version = `test-${path.basename(folder)}`;
    const copy = path.join(tmpdir(), `speedspace-postgres-${version}`);
    try {
      const programs = await reachablePrograms(closed, version, user);
      expect(programs.postgres).toBe(path.join(copy, 'bin', 'postgres'));
      const { stdout } = await promisify(execFile)(programs.postgres, ['--version'], { ...user, cwd: '/' });
      expect(stdout).toContain('PostgreSQL');
      expect(await reachablePrograms(closed, version, user)).toEqual(programs);
      spawnSync('chown', ['postgres', copy]);
      await expect(reachablePrograms(closed, version, user)).rejects.toThrow(`${copy} is not root's own: remove it, or set DATABASE_URL.`);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
});
