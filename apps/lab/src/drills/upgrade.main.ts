import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { EmbeddedPostgresServer } from '#database';
import { runCommand, UsageError } from '../usage-error.ts';
import { faultsOf, hasEnded, readBooks } from './books.ts';
import { DrillPark } from './drill-park.ts';
import type { DrillProcess } from './drill-process.ts';
import { buildCommit } from './former-release.ts';
import { until } from './until.ts';
import { verifyByCommands } from './verify-by-commands.ts';

/*
 * Upgrades a running park from an earlier release: old and new processes side by side with the migration in between, or, where the migration
 * takes away what the old release needs, after a stop. Clients submit all the time; afterwards the books are proven:
 * `npm run drill:upgrade -- --from COMMIT`, of a commit that has `admin migrate`.
 */

const RELEASE = path.resolve(import.meta.dirname, '../../../../..');
const DATABASE = 'speedspace';
/** Both releases work beside each other for so long: each leads and meters several times. */
const SIDE_BY_SIDE_MS = 15_000;

const began = performance.now();
const say = (line: string): void =>
  void process.stdout.write(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);

/** A client that submits a job of five seconds after the other until it is told to end. */
class Client {
  #ends = false;
  readonly #running: Promise<void>;

  constructor(private readonly park: DrillPark) {
    this.#running = this.#submitAll();
    // Whoever ends it hears of a failure.
    this.#running.catch(() => undefined);
  }

  /** Waits until `count` jobs are submitted. @throws Error why it submits no more */
  async untilSubmitted(count: number): Promise<void> {
    const submitted = until(
      `${count} submitted jobs`,
      () => this.park.submitted.length,
      (seen) => seen >= count,
    );
    // It ends by itself only when it fails.
    await Promise.race([submitted, this.#running]);
  }

  async end(): Promise<void> {
    this.#ends = true;
    await this.#running;
  }

  async #submitAll(): Promise<void> {
    for (let number = 1; !this.#ends; number += 1) {
      await this.park.submit(`client-${number}`, 5);
      await sleep(2_000);
    }
  }
}

interface Processes {
  readonly api: DrillProcess;
  readonly controller: DrillProcess;
}

async function start(park: DrillPark, release: string, name: string): Promise<Processes> {
  const api = await park.startApi(release, `api-${name}`);
  return { api, controller: await park.startController(release, `controller-${name}`) };
}

/** Migrates while the old processes work, or after they were stopped where that is refused. @returns the processes of the new release */
async function upgrade(park: DrillPark, old: string, running: Processes): Promise<Processes> {
  const migrated = await park.migrate(RELEASE);
  if (migrated.code === 0) {
    say(`migrated beside the old release: ${summary(migrated.output)}`);
    const refused = await park.startRefusedIfLater(old, migrated.output);
    if (refused !== undefined) say(`a process of the old release that starts now ends with ${refused.code}: ${refused.output}`);
    const fresh = await start(park, RELEASE, 'new');
    say('old and new work side by side');
    await sleep(SIDE_BY_SIDE_MS);
    await running.controller.stop();
    park.dropOldestApi();
    await running.api.stop();
    say('the old release has ended');
    return fresh;
  }
  say(`not beside the old release: ${migrated.output}`);
  if (!migrated.output.includes('takes away what their release needs')) throw new Error('the migration failed');
  park.dropAllApis();
  await Promise.all([running.api.stop(), running.controller.stop()]);
  say('the old release is stopped; jobs run on');
  const again = await park.migrate(RELEASE);
  if (again.code !== 0) throw new Error(`admin migrate ended with ${again.code}: ${again.output}`);
  say(`migrated: ${summary(again.output)}`);
  return await start(park, RELEASE, 'new');
}

function summary(output: string): string {
  const ran = output.split('\n').filter((line) => line.startsWith('ran ')).length;
  return `${ran} migrations ran`;
}

/** @returns what is wrong, in sentences */
async function prove(park: DrillPark): Promise<string[]> {
  const books = await until(
    'the end of all jobs',
    () => readBooks(park.ownerUrl, park.cluster.truth()),
    ({ jobs, held }) => jobs.every(hasEnded) && held === 0n,
  );
  const faults = faultsOf(books);
  const known = new Set(books.jobs.map(({ id }) => id));
  const lost = park.submitted.filter((id) => !known.has(id));
  if (lost.length > 0) faults.push(`${lost.length} submitted jobs are lost.`);
  if (books.jobs.length !== park.submitted.length)
    faults.push(`${park.submitted.length} jobs were submitted, and there are ${books.jobs.length}.`);
  const [truth, charged] = [books.jobs.reduce((sum, job) => sum + job.truth, 0n), books.jobs.reduce((sum, job) => sum + job.charged, 0n)];
  say(`${books.jobs.length} jobs were submitted and ended; the cluster ran ${truth} GPU-seconds, and ${charged} are charged`);
  faults.push(...(await verifyByCommands(park, RELEASE, say)));
  return faults;
}

async function drill(old: string, folder: string): Promise<string[]> {
  const server = await EmbeddedPostgresServer.startTemporary();
  const client = new pg.Client({ connectionString: server.ownerUrl('postgres') });
  await client.connect();
  await client.query(`CREATE DATABASE ${DATABASE}`);
  await client.end();
  const park = await DrillPark.open(folder, server.url(DATABASE), server.ownerUrl(DATABASE), say);
  try {
    const migrated = await park.migrate(old);
    if (migrated.code !== 0) throw new Error(`admin migrate of the old release ended with ${migrated.code}: ${migrated.output}`);
    await park.loadDemo(old);
    const running = await start(park, old, 'old');
    const submitting = new Client(park);
    await park.submit('runs-through-it', 90);
    await submitting.untilSubmitted(10);
    await upgrade(park, old, running);
    await submitting.untilSubmitted(park.submitted.length + 3);
    await submitting.end();
    return await prove(park);
  } finally {
    await park.stop();
    await server.stop();
  }
}

/** @returns whether the books are right */
async function upgradeFrom(commit: string): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-drill-'));
  await chmod(folder, 0o755);
  const old = await buildCommit(RELEASE, commit, path.join(folder, 'old'));
  say(`built the old release: ${old.title}`);
  try {
    const faults = await drill(old.folder, folder);
    for (const fault of faults) say(`FAULT: ${fault}`);
    if (faults.length > 0) return false;
    say('the upgrade lost nothing and charged nothing twice');
    return true;
  } catch (error) {
    say(`logs are in ${folder}`);
    throw error;
  } finally {
    await old.remove();
  }
}

await runCommand(async () => {
  const { values } = parseArgs({ options: { from: { type: 'string' } } });
  if (values.from === undefined) throw new UsageError('usage: npm run drill:upgrade -- --from COMMIT');
  if (!(await upgradeFrom(values.from))) process.exitCode = 1;
});
