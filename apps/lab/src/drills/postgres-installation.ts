import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { until } from './until.ts';

const NEEDED = ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'pg_basebackup'];
const DEBIAN = '/usr/lib/postgresql';
/** What owns the schema; the migration makes the login of the processes. */
const OWNER = 'speedspace_owner';
const LOGIN = 'speedspace';
const DATABASE = 'speedspace';
const SUPERUSER = 'postgres';

/**
 * The folder with PostgreSQL's programs, those of backups among them: what `POSTGRES_BIN` names, else the newest of Debian's packages.
 * @throws Error saying what to install
 */
export async function postgresPrograms(variables: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { POSTGRES_BIN: named } = variables;
  const versions = (await readdir(DEBIAN).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  const folders = named === undefined ? versions.map((version) => path.join(DEBIAN, version, 'bin')) : [named];
  const found = folders.find((folder) => NEEDED.every((program) => existsSync(path.join(folder, program))));
  if (found !== undefined) return found;
  throw new Error(
    `The drill needs ${NEEDED.join(', ')} of PostgreSQL 15 or later: apt-get install postgresql, or name their folder by POSTGRES_BIN.`,
  );
}

/** PostgreSQL does not run as root. */
function runAs(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout));
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

/** A PostgreSQL server of the drill: its data and its archive are folders that the drill destroys and fills. */
export class DrillServer {
  readonly password = randomBytes(18).toString('hex');
  #child: ReturnType<typeof spawn> | undefined;

  constructor(
    private readonly programs: string,
    readonly folder: string,
    private readonly port: number,
  ) {}

  get data(): string {
    return path.join(this.folder, 'data');
  }

  get archive(): string {
    return path.join(this.folder, 'archive');
  }

  url(user: string, database = DATABASE): string {
    return `postgres://${user}:${this.password}@127.0.0.1:${this.port}/${database}`;
  }

  get ownerUrl(): string {
    return this.url(OWNER);
  }

  get applicationUrl(): string {
    return this.url(LOGIN);
  }

  /** Makes an empty server and starts it, with an owner of the schema and an empty database, as "Install" of the runbook says. */
  async create(): Promise<void> {
    await this.#makeFolder(this.folder, this.archive);
    await this.#makeFolder(this.data);
    const file = path.join(this.folder, 'password');
    await writeFile(file, this.password, { mode: 0o600 });
    await this.#own(file);
    await this.run('initdb', ['-D', this.data, '-U', SUPERUSER, '--pwfile', file, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']);
    await appendFile(
      path.join(this.data, 'postgresql.conf'),
      [
        `port = ${this.port}`,
        `listen_addresses = '127.0.0.1'`,
        `unix_socket_directories = ''`,
        `archive_mode = on`,
        `archive_command = 'test ! -f ${this.archive}/%f && cp %p ${this.archive}/%f'`,
        `restore_command = 'cp ${this.archive}/%f %p'`,
        `wal_level = replica`,
        '',
      ].join('\n'),
    );
    await this.start();
    await this.query(`CREATE ROLE ${OWNER} LOGIN CREATEROLE PASSWORD '${this.password}'`);
    await this.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
  }

  async start(): Promise<void> {
    const child = spawn(path.join(this.programs, 'postgres'), ['-D', this.data], { ...runAs(), cwd: '/', env: { LC_ALL: 'C' } });
    this.#child = child;
    let words = '';
    const ready = new Promise<true>((resolve) => {
      child.stderr.on('data', (part: Buffer) => {
        words = `${words}${part.toString()}`.slice(-4_000);
        if (words.includes('database system is ready to accept connections')) resolve(true);
      });
    });
    if ((await Promise.race([ready, once(child, 'close')])) !== true) throw new Error(`PostgreSQL did not start: ${words}`);
  }

  /** Writes what was committed so far to the archive. */
  async archiveAll(): Promise<void> {
    const [switched] = await this.query<{ file: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS file');
    const file = switched?.file ?? '';
    await until(
      `the archive of ${file}`,
      () => readdir(this.archive),
      (files) => files.includes(file),
    );
  }

  /** Its processes are killed at once, and its data are gone; the archive stays. */
  async lose(): Promise<void> {
    await this.#end('SIGQUIT');
    await rm(this.data, { recursive: true });
  }

  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  /** Runs one of its programs. @throws Error with what it wrote */
  async run(program: string, args: readonly string[]): Promise<void> {
    const env = { LC_ALL: 'C', PGPASSWORD: this.password, PATH: process.env.PATH ?? '' };
    const child = spawn(path.join(this.programs, program), args, { ...runAs(), cwd: '/', env });
    const words: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => words.push(part.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${words.join('').trim()}`);
  }

  /** Runs statements as the superuser, or as `url` says. */
  async query<T extends pg.QueryResultRow>(sql: string, url = this.url(SUPERUSER, 'postgres')): Promise<T[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  get superuserArgs(): readonly string[] {
    return ['-h', '127.0.0.1', '-p', String(this.port), '-U', SUPERUSER];
  }

  async #makeFolder(...folders: string[]): Promise<void> {
    for (const folder of folders) {
      await mkdir(folder, { recursive: true });
      await chmod(folder, 0o700);
      await this.#own(folder);
    }
  }

  async #own(file: string): Promise<void> {
    const { uid, gid } = runAs();
    if (uid !== undefined && gid !== undefined) await chown(file, uid, gid);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
}
