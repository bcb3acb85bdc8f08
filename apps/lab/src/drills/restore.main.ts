import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { clusterObjects, hasEnded as podHasEnded, jobOf } from '../chaos/cluster-objects.ts';
import { runCommand, UsageError } from '../usage-error.ts';
import { type Books, faultsOf, hasEnded, readBooks } from './books.ts';
import { DrillPark } from './drill-park.ts';
import { freePort } from './free-port.ts';
import { DrillServer, postgresPrograms } from './postgres-installation.ts';
import { until } from './until.ts';
import { verifyByCommands } from './verify-by-commands.ts';

/*
 * Loses the database of a running park and restores it, once by point-in-time recovery and once from a dump, and proves the books
 * afterwards: `npm run drill:restore`.
 */

const RELEASE = path.resolve(import.meta.dirname, '../../../../..');
const WAYS = ['point in time', 'dump'] as const;
type Way = (typeof WAYS)[number];

const began = performance.now();
const say = (line: string): void =>
  void process.stdout.write(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);

interface Backup {
  readonly dump: string;
  readonly base: string;
}

/** What the runbook says to do each night, and once for the base of point-in-time recovery. */
async function backUp(server: DrillServer): Promise<Backup> {
  const backup = { dump: path.join(server.folder, 'speedspace.dump'), base: path.join(server.folder, 'base') };
  await server.run('pg_dump', ['--format=custom', `--file=${backup.dump}`, server.ownerUrl]);
  await server.run('pg_basebackup', [...server.superuserArgs, '--pgdata', backup.base, '--checkpoint=fast', '--wal-method=none']);
  return backup;
}

async function restore(server: DrillServer, way: Way, backup: Backup): Promise<void> {
  if (way === 'point in time') {
    await rename(backup.base, server.data);
    await writeFile(path.join(server.data, 'recovery.signal'), '');
    await server.start();
    return;
  }
  await server.create();
  await server.query('CREATE ROLE speedspace_app NOLOGIN; CREATE ROLE speedspace_tenant NOLOGIN', server.ownerUrl);
  await server.run('pg_restore', ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${server.ownerUrl}`, backup.dump]);
}

async function books(park: DrillPark): Promise<Books> {
  return await readBooks(park.ownerUrl, park.cluster.truth());
}

/** Waits until the pods of `jobId` have ended in the cluster, whatever the product knows of it. */
async function podsEnded(park: DrillPark, jobId: string): Promise<void> {
  await until(
    `the end of the pods of ${jobId}`,
    async () => (await clusterObjects(park.cluster.kubeconfigYaml)).pods.filter((pod) => jobOf(pod) === jobId),
    (pods) => pods.length > 0 && pods.every(podHasEnded),
  );
}

async function running(park: DrillPark, ...ids: string[]): Promise<void> {
  await until(
    `${ids.length} running jobs`,
    async () => (await books(park)).jobs.filter(({ id }) => ids.includes(id)),
    (jobs) => jobs.length === ids.length && jobs.every(({ state }) => state === 'Running'),
  );
}

async function migrate(park: DrillPark): Promise<void> {
  const { code, output } = await park.migrate(RELEASE);
  if (code !== 0) throw new Error(`admin migrate ended with ${code}: ${output}`);
  say(`admin migrate: ${output.split('\n').at(-1) ?? ''}`);
}

/** Ids of the drill's jobs, by what becomes of them. */
interface Jobs {
  readonly early: string;
  readonly away: string;
  readonly long: string;
  readonly late: string;
}

/** Lets jobs run, backs up while two of them do, and lets one more begin. */
async function live(park: DrillPark, server: DrillServer): Promise<{ jobs: Jobs; backup: Backup }> {
  await migrate(park);
  await park.loadDemo(RELEASE);
  await park.startApi(RELEASE, 'api');
  await park.startController(RELEASE, 'controller');
  const early = await park.submit('ends-before-the-backup', 3);
  await until(
    'its end',
    () => books(park),
    (seen) => seen.jobs.some((job) => job.id === early && hasEnded(job)),
  );
  const away = await park.submit('ends-while-the-database-is-away', 45);
  const long = await park.submit('runs-through-it', 100);
  await running(park, away, long);
  const backup = await backUp(server);
  say('backed up by pg_dump and by pg_basebackup, while two jobs run');
  const late = await park.submit('begins-after-the-backup', 100);
  await running(park, late);
  return { jobs: { early, away, long, late }, backup };
}

async function lose(park: DrillPark, server: DrillServer, away: string): Promise<void> {
  const { jobs } = await books(park);
  say(`before the loss: ${charges(jobs)}`);
  await server.archiveAll();
  await server.lose();
  say('the database is lost; API and controller run on without it');
  await podsEnded(park, away);
  say('a job ended in the cluster meanwhile; its pods wait for their finalizers');
  park.dropAllApis();
  await park.stopProcesses();
}

function charges(jobs: Books['jobs']): string {
  return jobs.map(({ name, charged }) => `${name} is charged ${charged} s`).join(', ');
}

/** Lets all jobs end on the restored database, and looks at the books. @returns what is wrong, in sentences */
async function prove(park: DrillPark, { early, away, long, late }: Jobs, way: Way): Promise<string[]> {
  await park.startApi(RELEASE, 'api-restored');
  await park.startController(RELEASE, 'controller-restored');
  const last = await park.submit('submitted-after-the-restore', 3);
  const expected = [early, away, long, last, ...(way === 'dump' ? [] : [late])];
  const end = await until(
    'the end of all jobs',
    () => books(park),
    ({ jobs, held }) => held === 0n && jobs.every(hasEnded) && expected.every((id) => jobs.some((job) => job.id === id)),
  );
  for (const { name, state, truth, charged } of end.jobs)
    say(`  ${name.padEnd(34)}${state.padEnd(12)}ran ${truth} s, charged ${charged} s`);
  const faults = faultsOf(end);
  if (way === 'dump') {
    await until(
      'the removal of what the restored database does not know',
      async () => (await clusterObjects(park.cluster.kubeconfigYaml)).pods.filter((pod) => jobOf(pod) === late),
      (pods) => pods.length === 0,
    );
    say('  begins-after-the-backup is unknown to the restored database: its pods are stopped, and nobody is charged for them');
  }
  faults.push(...(await verifyByCommands(park, RELEASE, say)));
  return faults;
}

/** @returns what is wrong, in sentences */
async function drill(way: Way): Promise<string[]> {
  const programs = await postgresPrograms();
  const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-drill-'));
  await chmod(folder, 0o755);
  const server = new DrillServer(programs, path.join(folder, 'postgresql'), await freePort());
  await server.create();
  const [found] = await server.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  say(`restore by ${way}, on PostgreSQL ${found?.version ?? ''}`);
  const park = await DrillPark.open(folder, server.applicationUrl, server.ownerUrl, say);
  try {
    const { jobs, backup } = await live(park, server);
    await lose(park, server, jobs.away);
    await restore(server, way, backup);
    await migrate(park);
    const restored = await books(park);
    say(`restored ${restored.jobs.length} jobs of 4: ${charges(restored.jobs)}`);
    const faults = await prove(park, jobs, way);
    if (faults.length === 0) await rm(folder, { recursive: true, force: true });
    else say(`logs are in ${folder}`);
    return faults;
  } finally {
    await park.stop();
    await server.stop();
  }
}

await runCommand(async () => {
  const { values } = parseArgs({ options: { way: { type: 'string' } } });
  const ways = WAYS.filter((way) => values.way === undefined || way === values.way);
  if (ways.length === 0) throw new UsageError(`usage: npm run drill:restore -- [--way "${WAYS.join('" | "')}"]`);
  for (const way of ways) {
    const faults = await drill(way);
    for (const fault of faults) say(`FAULT: ${fault}`);
    say(faults.length === 0 ? `the books are right after the restore by ${way}` : `the books are wrong after the restore by ${way}`);
    if (faults.length > 0) process.exitCode = 1;
  }
});
