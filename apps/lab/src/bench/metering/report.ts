import { count, machineFacts, percentile, table, verdict } from '../tables.ts';
import type { Memory } from './turn-probe.ts';
import type { Load } from './workload.ts';
import type { Settled } from './settled-pods.ts';

const AIM_LAG_SECONDS = 5;
const AIM_MEMORY_BYTES = 500 * 2 ** 20;
/** What counts as no growth: the noise of a garbage collector, in MiB over the measured time. */
const AIM_GROWTH_MIB = 25;

export interface MemorySample extends Memory {
  /** Seconds of the wall clock since the measurement began. */
  readonly second: number;
}

export interface Measured {
  readonly load: Load;
  readonly speed: number;
  readonly wallSeconds: number;
  readonly fillSeconds: number;
  readonly runningPods: readonly number[];
  readonly podEvents: number;
  /** Milliseconds of each turn, by loop. */
  readonly turns: ReadonlyMap<string, readonly number[]>;
  readonly memory: readonly MemorySample[];
  readonly settled: Settled;
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** MiB by which the heap that stays grew over the measured time: the slope of the least squares. */
function growthMib(memory: readonly MemorySample[], of: (sample: MemorySample) => number): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(memory.map(({ second }) => second)), mean(memory.map(of))];
  const covariance = memory.reduce((sum, sample) => sum + (sample.second - x) * (of(sample) - y), 0);
  const variance = memory.reduce((sum, sample) => sum + (sample.second - x) ** 2, 0);
  const seconds = (memory.at(-1)?.second ?? 0) - (memory[0]?.second ?? 0);
  return ((covariance / variance) * seconds) / 2 ** 20;
}

function turnTable(turns: ReadonlyMap<string, readonly number[]>): string {
  const rows = [...turns].map(([loop, taken]) => [
    loop,
    count(taken.length),
    ...[0.5, 0.99, 1].map((rank) => count(percentile(taken, rank))),
  ]);
  return table(['loop', 'turns', 'p50 ms', 'p99 ms', 'longest ms'], rows);
}

function memoryTable(memory: readonly MemorySample[], speed: number): string {
  const marks = 7;
  const shown = Array.from({ length: marks }, (_, mark) => memory[Math.round((mark / (marks - 1)) * (memory.length - 1))]);
  const rows = shown.flatMap((sample) =>
    sample === undefined
      ? []
      : [
          [
            count((sample.second * speed) / 60),
            count(sample.second),
            ...[sample.rssBytes, sample.heapBytes, sample.heapTotalBytes, sample.externalBytes].map(mib),
          ],
        ],
  );
  return table(['minute of the cluster', 'second', 'RSS MiB', 'heap MiB', 'of MiB', 'buffers MiB'], rows);
}

export function meteringReport(measured: Measured): string {
  const { settled, memory, speed, wallSeconds } = measured;
  const lag = (rank: number): number => percentile(settled.lagSeconds, rank);
  const most = Math.max(...memory.map(({ rssBytes }) => rssBytes));
  const facts = [
    ['running pods, fewest and most', `${count(Math.min(...measured.runningPods))} … ${count(Math.max(...measured.runningPods))}`],
    ['watch events of pods per second', (measured.podEvents / wallSeconds).toFixed(0)],
    ['attempts that ended and were settled', count(settled.lagSeconds.length)],
    ['attempts that ended and were not within 5 s', count(settled.overdue)],
    ['lag from last end to final charge, p50 / p99 / longest, s', [0.5, 0.99, 1].map((rank) => lag(rank).toFixed(2)).join(' / ')],
    ['GPU-seconds run / charged of settled attempts', `${settled.trueGpuSeconds} / ${settled.chargedGpuSeconds}`],
    ['cluster minutes in seconds', `${count((wallSeconds * speed) / 60)} in ${count(wallSeconds)}`],
    ['seconds until all pods ran', count(measured.fillSeconds)],
  ];
  return [
    machineFacts(),
    '',
    table(['measured', ''], facts),
    '',
    turnTable(measured.turns),
    '',
    memoryTable(memory, speed),
    '',
    verdict('lag from end to final charge, p99', lag(0.99), AIM_LAG_SECONDS, 's', 2),
    verdict('memory of the controller, most', most / 2 ** 20, AIM_MEMORY_BYTES / 2 ** 20, 'MiB', 0),
    verdict(
      'growth of its heap over the measured time',
      growthMib(memory, ({ heapBytes }) => heapBytes),
      AIM_GROWTH_MIB,
      'MiB',
      1,
    ),
    verdict(
      'growth of its RSS over the measured time',
      growthMib(memory, ({ rssBytes }) => rssBytes),
      AIM_GROWTH_MIB,
      'MiB',
      1,
    ),
    settled.trueGpuSeconds === settled.chargedGpuSeconds
      ? 'met    charged is what was run, to the second'
      : 'MISSED charged is not what was run',
  ].join('\n');
}
