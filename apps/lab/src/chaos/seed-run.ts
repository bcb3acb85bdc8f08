import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BusinessCalendar, instantOf, ScaledClock } from '#kernel';
import { gpuPool, SimulatedCluster } from '../../../cluster-sim/src/index.ts';
import type { ChaosDatabase } from './chaos-database.ts';
import { bookChecks } from './checks/books.ts';
import type { Check } from './checks/check.ts';
import { jobEndCheck, successCheck } from './checks/job-ends.ts';
import { leadershipCheck } from './checks/leadership.ts';
import { leftoverChecks } from './checks/leftovers.ts';
import { monthsOf, statementChecks } from './checks/statements.ts';
import { usageChecks, type LostUsage, lostUsage } from './checks/usage.ts';
import { clusterObjects, isHeld } from './cluster-objects.ts';
import { Controllers } from './controllers.ts';
import { type Evidence, gather } from './evidence.ts';
import { faultPlan } from './fault-plan.ts';
import { inject, type Target } from './faults.ts';
import { Park } from './park.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { CONTROLLER_SETTINGS, SPEED } from './seed-settings.ts';
import { settle } from './settling.ts';
import { Story } from './story.ts';
import { ACTIVE_SECONDS, CLASSES, type Operation, FIRST_MONTH, SEEDING_SECONDS, type ParkPlan, parkPlan } from './park-plan.ts';

const MONTH_END = new BusinessCalendar().endOf(FIRST_MONTH) * 1_000;

/** What became of one seed; plain data, so that a worker can hand it over. */
export interface SeedResult {
  readonly seed: number;
  readonly milliseconds: number;
  readonly directory: string;
  readonly injected: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, number>>;
  readonly jobs: Readonly<Record<string, number>>;
  readonly ranGpuSeconds: number;
  readonly chargedGpuSeconds: number;
  readonly absorbedGpuSeconds: number;
  readonly lost: readonly LostUsage[];
  readonly checks: readonly Check[];
}

/** Longest that a seed waits for its first controller, on a machine that is busy with much else. */
const MOST_BOOTING_MILLISECONDS = 60_000;

/** What the controller of the last seed took to come up, in real milliseconds: the clock of the next one begins so much later. */
let bootMilliseconds = 1_500;

interface Stage extends Target {
  readonly clock: ScaledClock;
  /** Simulated seconds by which the plan is lived later, because the first controller took longer than it was given. */
  readonly late: number;
  readonly ownerUrl: string;
  readonly park: Park;
  readonly stop: () => Promise<void>;
}

/** Runs one seed from an empty park to the verdict; the product as it is, unless a bug is to be planted in its controllers. */
export async function runSeed(seed: number, database: ChaosDatabase, folder: string, plant?: PlantedBug): Promise<SeedResult> {
  const began = performance.now();
  const directory = path.join(folder, `seed-${seed}`);
  await mkdir(directory, { recursive: true });
  const plan = parkPlan(seed);
  const stage = await setUp(seed, plan, database, directory, plant);
  try {
    const faults = faultPlan(seed).map(async ({ at, ...fault }) => {
      await untilSecond(stage, at);
      await inject(stage, fault);
    });
    await Promise.all([...faults, live(stage, plan)]);
    endFaults(stage);
    const { settled, jobEnds } = await settle(
      stage.ownerUrl,
      stage.cluster,
      () => stage.clock.now(),
      () => jobEndCheck(stage.park, stage.clock),
      async () => (await clusterObjects(stage.cluster.kubeconfigYaml)).pods.some(isHeld),
    );
    // Time goes on, and grants lapse with it: nobody may write any more while the books are compared.
    const unstopped = await stage.controllers.stop();
    const evidence = await gather(stage.ownerUrl, stage.cluster.kubeconfigYaml, stage.cluster.truth());
    const checks = [
      { name: 'everything comes to rest', examined: 1, differences: settled ? [] : ['it did not in time'] },
      { name: 'no controller ends by itself', examined: 1, differences: stage.controllers.crashed.map(({ logFile }) => logFile) },
      { name: 'controllers end when they are asked to', examined: 1, differences: unstopped },
      leadershipCheck(evidence),
      ...usageChecks(evidence),
      ...bookChecks(evidence),
      ...leftoverChecks(evidence),
      jobEnds,
      await successCheck(stage.park, evidence.truth),
      ...(await statementChecks(stage.park, evidence, monthsOfRun(stage.clock))),
    ];
    await leaveEvidence(stage, evidence, checks);
    return resultOf(seed, performance.now() - began, stage, evidence, checks);
  } catch (error) {
    // First, because writing the report may fail for the same reason.
    stage.story.tell(`BROKE ${error instanceof Error ? error.stack : String(error)}`);
    throw error;
  } finally {
    await stage.stop();
  }
}

async function setUp(seed: number, plan: ParkPlan, database: ChaosDatabase, directory: string, plant?: PlantedBug): Promise<Stage> {
  const databaseName = `seed_${seed}`;
  await database.drop(databaseName);
  await database.create(databaseName);
  // What is furnished before the plan begins takes place before its first instant where the controllers take long.
  const before = Math.max(0, bootMilliseconds - (SEEDING_SECONDS / SPEED) * 1_000);
  const clock = new ScaledClock(SPEED, new Date(MONTH_END - plan.monthEndsAfter * 1_000), new Date(Date.now() + before));
  const story = new Story(directory, clock);
  const pools = CLASSES.map(({ code, nodes }) => gpuPool(code, nodes, 'nvidia.com/gpu', '128', '2Ti'));
  const cluster = await SimulatedCluster.start({ clock, nodes: pools, seed: `chaos/${seed}` });
  const kubeconfigPath = path.join(directory, 'kubeconfig.yaml');
  await writeFile(kubeconfigPath, cluster.kubeconfigYaml);
  const ownerUrl = database.ownerUrl(databaseName);
  const variables = {
    ...CONTROLLER_SETTINGS,
    KUBECONFIG: kubeconfigPath,
    SIMULATED_CLUSTER: 'true',
    CLOCK_SPEED: String(SPEED),
    CLOCK_ORIGIN: clock.origin.toISOString(),
    CLOCK_STARTED_AT: clock.startedAt.toISOString(),
  };
  const controllers = new Controllers(story, ownerUrl, variables, plant);
  const startedAt = performance.now();
  controllers.start();
  const park = await Park.open(database.url(databaseName), clock);
  const stop = async (): Promise<void> => {
    await controllers.kill();
    await park.close();
    await cluster.stop();
    await database.drop(databaseName);
  };
  try {
    await park.seedData(plan);
    await controllers.untilReady(MOST_BOOTING_MILLISECONDS);
  } catch (error) {
    await stop();
    throw error;
  }
  bootMilliseconds = performance.now() - startedAt;
  const late = Math.max(0, (clock.now().getTime() - clock.origin.getTime()) / 1_000 - SEEDING_SECONDS);
  const nodes = CLASSES.flatMap(({ code, nodes: count }) =>
    Array.from({ length: count }, (_, index) => (count === 1 ? code : `${code}-${index}`)),
  );
  return { cluster, controllers, database, databaseName, story, nodes, clock, late, ownerUrl, park, stop };
}

/** People do what the plan says, each operation at its time. Operations on a job come after its submission. */
async function live(stage: Stage, plan: ParkPlan): Promise<void> {
  const { park, story } = stage;
  const submissions = new Map<string, Promise<void>>();
  const act = async (operation: Operation): Promise<void> => {
    await untilSecond(stage, operation.at);
    if ('job' in operation && operation.do !== 'submit') await submissions.get(`job-${operation.job}`);
    story.operation(operation.do, await park.act(operation));
  };
  await Promise.all(
    plan.operations.map((operation) => {
      const done = act(operation);
      if (operation.do === 'submit') submissions.set(operation.job.name, done);
      return done;
    }),
  );
  await untilSecond(stage, Math.max(SEEDING_SECONDS + ACTIVE_SECONDS, plan.monthEndsAfter));
}

function endFaults({ cluster, controllers, nodes, story }: Stage): void {
  cluster.faults.rules.clear();
  cluster.faults.apiUp();
  for (const node of nodes) {
    cluster.faults.nodeUp(node);
    cluster.faults.nodeRejects(node, undefined);
  }
  if (controllers.living.length === 0) controllers.start();
  story.tell('all faults are over');
}

async function untilSecond({ clock, late }: Pick<Stage, 'clock' | 'late'>, second: number): Promise<void> {
  const left = clock.origin.getTime() + (second + late) * 1_000 - clock.now().getTime();
  if (left > 0) await sleep(left / clock.factor);
}

function monthsOfRun(clock: ScaledClock): string[] {
  return monthsOf(new BusinessCalendar(), instantOf(clock.origin), instantOf(clock.now()));
}

/** Leaves what a person needs to understand a failure beside the story. */
async function leaveEvidence({ story }: Stage, evidence: Evidence, checks: readonly Check[]): Promise<void> {
  if (checks.every(({ differences }) => differences.length === 0)) return;
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? Number(value) : value instanceof Map ? Object.fromEntries(value) : value;
  for (const [name, part] of Object.entries(evidence))
    await writeFile(path.join(story.directory, `${name}.json`), JSON.stringify(part, plain, 1));
}

function resultOf(seed: number, milliseconds: number, stage: Stage, evidence: Evidence, checks: readonly Check[]): SeedResult {
  const { story } = stage;
  const states = Map.groupBy(evidence.jobs, (job) => job.state);
  const sum = (key: 'gpuSeconds' | 'absorbedGpuSeconds'): number => Number(evidence.charged.reduce((total, one) => total + one[key], 0n));
  for (const { name, differences } of checks) for (const difference of differences) story.tell(`DIFFERS ${name}: ${difference}`);
  return {
    ...{ seed, milliseconds, directory: story.directory, checks, lost: lostUsage(evidence) },
    injected: Object.fromEntries(story.injected),
    operations: Object.fromEntries(story.operations),
    jobs: Object.fromEntries([...states].map(([state, own]) => [state, own.length])),
    ranGpuSeconds: evidence.truth.reduce((total, pod) => total + pod.gpuSeconds, 0),
    chargedGpuSeconds: sum('gpuSeconds') - sum('absorbedGpuSeconds'),
    absorbedGpuSeconds: sum('absorbedGpuSeconds'),
  };
}
