import type { NodeCapacity, QueuedJob, RunningJob, Start } from '#scheduling';
import { SeededRandom } from '../../../../cluster-sim/src/index.ts';
import type { TracePark, TraceTask } from './trace-park.ts';

const TENANTS = 500;
/** Of the jobs, gangs of 2 to 64 whole nodes; the trace has none. */
const GANG_SHARE = 0.02;
const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 7 * 86_400;
const PRIORITIES = ['high', 'normal', 'normal', 'normal', 'low'] as const;

/** GPUs of the largest node of each class, and how many GPUs the class has. */
function classesOf(nodes: readonly NodeCapacity[]): Map<string, { largest: number; gpus: number }> {
  const classes = new Map<string, { largest: number; gpus: number }>();
  for (const { gpus } of nodes) {
    for (const [gpuClass, count] of Object.entries(gpus)) {
      const known = classes.get(gpuClass) ?? { largest: 0, gpus: 0 };
      classes.set(gpuClass, { largest: Math.max(known.largest, count), gpus: known.gpus + count });
    }
  }
  return classes;
}

/**
 * `count` waiting jobs of 500 tenants: the shapes of the tasks of the trace, every fiftieth a gang of whole nodes, with max runtimes of a
 * minute to a week. The same seed gives the same jobs.
 */
export function queuedJobs(park: TracePark, count: number, seed: string, now: number): QueuedJob[] {
  const random = new SeededRandom(seed);
  const classes = classesOf(park.nodes);
  const pick = <T>(of: readonly T[]): T | undefined => of[Math.floor(random.next() * of.length)];
  const classFor = (task: TraceTask): string => {
    const possible = [...classes].filter(
      ([name, { largest }]) => largest >= task.replica.gpus && (task.classes.length === 0 || task.classes.includes(name)),
    );
    let draw = random.next() * possible.reduce((sum, [, { gpus }]) => sum + gpus, 0);
    return (possible.find(([, { gpus }]) => (draw -= gpus) < 0) ?? possible.at(-1))?.[0] ?? 'G2';
  };
  return Array.from({ length: count }, (_, index): QueuedJob => {
    const task = pick(park.tasks) ?? { replica: { gpus: 1, cpuMillis: 1_000, memoryBytes: 2 ** 30 }, classes: [] };
    const isGang = random.next() < GANG_SHARE;
    const gpuClass = isGang ? 'G2' : classFor(task);
    return {
      id: `job_${String(index).padStart(6, '0')}`,
      tenantId: `tnt_${Math.floor(random.next() ** 2 * TENANTS)}`,
      gpuClass,
      priority: pick(PRIORITIES) ?? 'normal',
      queuedAt: now - Math.floor(random.next() * 86_400),
      longestSeconds: Math.round(SHORTEST_SECONDS * (LONGEST_SECONDS / SHORTEST_SECONDS) ** random.next()),
      replicas: isGang ? 2 ** Math.ceil(random.next() * 6) : 1,
      replica: isGang ? { gpus: 8, cpuMillis: 64_000, memoryBytes: 256 * 2 ** 30 } : task.replica,
    };
  });
}

/** The jobs that `starts` started, as what runs: each since a random part of its max runtime. */
export function runningJobs(jobs: readonly QueuedJob[], starts: readonly Start[], now: number): RunningJob[] {
  const random = new SeededRandom('running');
  const byId = new Map(jobs.map((job) => [job.id, job]));
  return starts.flatMap(({ jobId, placement }) => {
    const job = byId.get(jobId);
    if (job === undefined) return [];
    const { tenantId, gpuClass, replica, longestSeconds } = job;
    const endsBy = now + Math.max(1, Math.floor(longestSeconds * random.next()));
    const gang = { admissionId: `run_${jobId}/1`, tenantId, gpuClass, replica, placement, endsBy };
    return [{ job: { ...job, id: `run_${jobId}` }, gang, startedAt: endsBy - longestSeconds, isStopping: false }];
  });
}
