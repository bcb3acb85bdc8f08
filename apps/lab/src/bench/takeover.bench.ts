import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { DataSource } from 'typeorm';
import { ScaledClock } from '#kernel';
import { PODS_LISTED } from '../../../controller/src/index.ts';
import { numberOf } from '../usage-error.ts';
import { type BenchDatabase, BenchServer } from './bench-server.ts';
import { type BenchProcess, startCluster, startController, writeNodeList } from './processes.ts';
import { count, machineFacts, percentile, table, verdict } from './tables.ts';

/** From the failure of a leader until every loop is led again. */
const AIM_SECONDS = 15;
const LOOK_MILLISECONDS = 25;
/** What becomes of the leader: it is gone at once, or it hangs and keeps its connections. */
const FAILURES = ['SIGKILL', 'SIGSTOP'] as const;

type Terms = ReadonlyMap<string, { readonly term: bigint; readonly since: number }>;

/** The present term of each loop, with when it began in seconds of the wall clock. */
async function termsOf(owner: DataSource): Promise<Terms> {
  const rows = await owner.query<{ loop: string; term: bigint; since: number }[]>(
    'SELECT loop, term, extract(epoch FROM since)::float8 AS since FROM leadership',
  );
  return new Map(rows.map(({ loop, term, since }) => [loop, { term, since }]));
}

/** Fails `leader` by `failure`. @returns the seconds until each loop is in the hands of the other controller */
async function takeover(owner: DataSource, leader: BenchProcess, failure: NodeJS.Signals): Promise<number[]> {
  const before = await termsOf(owner);
  const failedAt = Date.now() / 1_000;
  leader.signal(failure);
  for (;;) {
    const after = await termsOf(owner);
    if ([...before].every(([loop, { term }]) => (after.get(loop)?.term ?? 0n) > term))
      return [...after.values()].map(({ since }) => since - failedAt);
    await sleep(LOOK_MILLISECONDS);
  }
}

async function measure(directory: string, database: BenchDatabase, rounds: number): Promise<string> {
  const clock = new ScaledClock(1, new Date(), new Date());
  const { cluster, kubeconfig } = await startCluster(directory, clock, await writeNodeList(directory, 1));
  const processes = [cluster];
  const start = async (): Promise<BenchProcess> => {
    const controller = startController(directory, clock, database.url, kubeconfig);
    processes.push(controller);
    await controller.untilLogged(PODS_LISTED);
    return controller;
  };
  const seconds = new Map<NodeJS.Signals, number[]>(FAILURES.map((failure) => [failure, []]));
  try {
    let leader = await start();
    for (let round = 0; round < rounds; round += 1) {
      for (const failure of FAILURES) {
        const standby = await start();
        // Failures come at any moment of a leader's term and of a standby's looks.
        await sleep(2_000 + Math.random() * 2_000);
        const taken = await takeover(database.owner, leader, failure);
        seconds.get(failure)?.push(Math.max(...taken));
        console.error(`${failure}: all ${taken.length} loops are led again after ${Math.max(...taken).toFixed(2)} s`);
        leader.signal('SIGCONT');
        await leader.stop();
        leader = standby;
      }
    }
  } finally {
    for (const process of processes.reverse()) await process.stop();
  }
  const rows = [...seconds].map(([failure, taken]) => [
    failure,
    count(taken.length),
    ...[0.5, 1].map((rank) => percentile(taken, rank).toFixed(2)),
  ]);
  return [
    machineFacts(),
    '',
    table(['leader gets', 'times', 'p50 s', 'longest s'], rows),
    '',
    ...[...seconds].map(([failure, taken]) =>
      verdict(`until all loops are led again after ${failure}`, Math.max(...taken), AIM_SECONDS, 's', 2),
    ),
  ].join('\n');
}

/**
 * `npm run bench -- takeover`: two real controllers in processes of their own; the one that leads is killed or stopped, `--rounds`
 * times each, and it is timed how long it takes until the other leads every loop.
 */
export async function takeoverBench(flags: string[]): Promise<void> {
  const { values } = parseArgs({ args: flags, options: { rounds: { type: 'string', default: '10' } } });
  const rounds = numberOf('--rounds', values.rounds);
  const server = await BenchServer.start([]);
  try {
    const database = await server.create('bench_takeover');
    console.error(`logs in ${server.directory}`);
    try {
      console.log(await measure(server.directory, database, rounds));
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}
