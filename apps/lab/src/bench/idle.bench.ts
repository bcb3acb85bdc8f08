import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startProduct } from '../../../standalone/test/product.ts';
import { numberOf } from '../usage-error.ts';
import { machineFacts, table, verdict } from './tables.ts';

const MOST_PERCENT = 1;
const MOST_MEGABYTES = 400;

/** What a process has used: CPU since its start, and memory of which shared pages count by their share. */
interface Use {
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

interface Process extends Use {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/** Of all its threads, in nanoseconds as the scheduler counts them: dozens of processes that do little would be lost in its ticks. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const ran = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')));
  return ran.reduce((sum, line) => sum + Number(line.split(' ', 1)[0]), 0) / 1e9;
}

async function processOf(pid: number): Promise<Process | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const after = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    return { pid, parent: Number(after[1]), name, cpuSeconds: await cpuSecondsOf(pid), megabytes: kilobytes / 1024 };
  } catch {
    // It ended while it was looked at.
    return undefined;
  }
}

/** The process `root` and all below it. */
async function tree(root: number): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(processOf))).filter((found) => found !== undefined);
  const within = new Set([root]);
  for (let grown = true; grown;) {
    const before = within.size;
    for (const { pid, parent } of all) if (within.has(parent)) within.add(pid);
    grown = within.size > before;
  }
  return all.filter(({ pid }) => within.has(pid));
}

/** `npm run bench -- idle`: what the whole product uses of a core and of memory while nobody asks anything of it (Linux). */
export async function idleBench(flags: string[]): Promise<void> {
  const { values } = parseArgs({
    args: flags,
    options: { seconds: { type: 'string', default: '60' }, settle: { type: 'string', default: '30' } },
  });
  const [seconds, settle] = [numberOf('--seconds', values.seconds), numberOf('--settle', values.settle)];
  const product = await startProduct();
  try {
    await sleep(settle * 1_000);
    const before = await tree(product.pid);
    const began = performance.now();
    await sleep(seconds * 1_000);
    const after = await tree(product.pid);
    const elapsed = (performance.now() - began) / 1_000;
    const used = new Map(before.map(({ pid, cpuSeconds }) => [pid, cpuSeconds]));
    const useOf = (processes: readonly Process[]) => ({
      percent: (100 * processes.reduce((sum, { pid, cpuSeconds }) => sum + cpuSeconds - (used.get(pid) ?? 0), 0)) / elapsed,
      megabytes: processes.reduce((sum, process) => sum + process.megabytes, 0),
    });
    const row = (what: string, processes: readonly Process[]): string[] => {
      const { percent, megabytes } = useOf(processes);
      return [what, String(processes.length), percent.toFixed(2), megabytes.toFixed(0)];
    };
    const all = useOf(after);
    const isOurs = ({ pid }: Process): boolean => pid === product.pid;
    const rows = [
      row('API, controller, simulated cluster', after.filter(isOurs)),
      row(
        'PostgreSQL',
        after.filter((one) => !isOurs(one)),
      ),
      row('in all', after),
    ];
    console.log(
      [
        machineFacts(),
        '',
        table(['idle', 'processes', '% of a core', 'MB (PSS)'], rows),
        '',
        verdict('CPU', all.percent, MOST_PERCENT, '% of a core', 2),
        verdict('memory', all.megabytes, MOST_MEGABYTES, 'MB', 0),
      ].join('\n'),
    );
  } finally {
    await product.stop();
  }
}
