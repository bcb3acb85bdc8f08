import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drawCharts } from './charts.ts';
import { fairAllocation } from './fair-allocation.ts';
import { jainsIndex, type Measures, Measuring } from './measures.ts';
import { openbWorkload } from './openb-trace.ts';
import { labOptions } from './options.ts';
import { labPolicy } from './policies.ts';
import { comparison } from './report.ts';
import { sampleWorkload } from './sample-workload.ts';
import { simulate } from './simulation.ts';
import { syntheticWorkload } from './synthetic-workload.ts';
import { GPU_CLASS, gpusOfJob, gpusOfNodes, type TraceJob, withLoad, withPreemptible, type Workload } from './workload.ts';

const nodes = [0, 1].map((index) => ({
  ...{ name: `n${index}`, gpus: { [GPU_CLASS]: 8 }, cpuMillis: 64_000, memoryBytes: 2 ** 40, openTo: [GPU_CLASS] },
}));

function job(id: string, submittedAt: number, gpus: number, runtimeSeconds: number, more: Partial<TraceJob> = {}): TraceJob {
  const replica = { gpus: Math.min(gpus, 8), cpuMillis: 1_000, memoryBytes: 1 };
  const replicas = Math.max(1, gpus / 8);
  return {
    ...{ id, tenantId: 'a', priority: 'normal', submittedAt, runtimeSeconds, maxRuntimeSeconds: runtimeSeconds },
    replicas,
    replica,
    ...more,
  };
}

function workload(...jobs: TraceJob[]): Workload {
  return { name: 'small', origin: 'made by hand', nodes, jobs };
}

function run(given: Workload, policy: string): { measures: Measures; starts: Record<string, number> } {
  const measuring = new Measuring(given);
  const simulated = simulate(given, labPolicy(policy), (interval) => measuring.observe(interval));
  return {
    measures: measuring.of(simulated),
    starts: Object.fromEntries(simulated.outcomes.map(({ job: { id }, startedAt }) => [id, startedAt])),
  };
}

describe('a replay in the trace lab', () => {
  // The whole cluster is asked for at 10 s, while half of it is used until 100 s; a small job comes behind.
  const blocked = workload(job('half', 0, 8, 100), job('whole', 10, 16, 50), job('small', 20, 4, 60));

  it('lets a job wait behind one that does not fit where there is no backfill, and gives the figures computed by hand', () => {
    const { measures, starts } = run(blocked, 'first-come');
    expect(starts).toEqual({ half: 0, whole: 100, small: 150 });
    expect(measures).toMatchObject({ p50Wait: 90, p90Wait: 130, makespan: 210, neverStarted: 0 });
    expect(measures.meanWait).toBeCloseTo((0 + 90 + 130) / 3);
    expect(measures.boundedSlowdown).toBeCloseTo((1 + 140 / 50 + 190 / 60) / 3);
    // Until the last submission at 20 s, 8 of 16 GPUs are used.
    expect(measures.utilisation).toBeCloseTo(0.5);
  });

  it('starts the small job at once with backfill, because it ends before the reservation', () => {
    const { measures, starts } = run(blocked, 'first-come+backfill');
    expect(starts).toEqual({ half: 0, whole: 100, small: 20 });
    expect(measures.meanWait).toBeCloseTo(90 / 3);
    expect(measures.makespan).toBe(150);
  });

  it('takes jobs by the time of their submission, by priority, or by what their companies used', () => {
    const queue = workload(
      job('first', 0, 16, 100),
      job('second', 1, 16, 100),
      job('important', 2, 16, 100, { priority: 'high' }),
      job('other company', 3, 16, 100, { tenantId: 'b' }),
    );
    const orderUnder = (policy: string) => Object.keys(run(queue, policy).starts);
    expect(orderUnder('first-come')).toEqual(['first', 'second', 'important', 'other company']);
    expect(orderUnder('priority')).toEqual(['first', 'important', 'second', 'other company']);
    expect(orderUnder('fair-share')).toEqual(['first', 'other company', 'important', 'second']);
  });

  it('measures how fairly the companies were served, and how much is free where no pod of the workload fits', () => {
    // Company a has the cluster until 100 s; b waits for 90 s with an equal right to half of it.
    const unfair = workload(job('a', 0, 16, 100), job('b', 10, 8, 100, { tenantId: 'b' }), job('late', 110, 1, 1));
    const { measures } = run(unfair, 'first-come');
    expect(measures.jainsIndex).toBeCloseTo(0.5);
    // 'wide' needs both nodes; 'small' keeps 4 of 16 GPUs. Of what is asked for, 16 in pods of 8 and 4 in pods of 4.
    const split = workload(job('small', 0, 4, 100), job('wide', 0, 16, 10), job('last', 100, 4, 1));
    // 12 are free: the 4 beside `small` hold no pod of 8.
    expect(run(split, 'first-come').measures.fragmentation).toBeCloseTo((4 * 16) / 24 / 12);
  });

  it('leaves a node whole for a job that needs one by packing, and not by spreading', () => {
    const queue = workload(job('one', 0, 1, 100), job('two', 1, 1, 100), job('whole', 2, 8, 10));
    expect(run(queue, 'fair-share+backfill').starts).toMatchObject({ whole: 2 });
    expect(run(queue, 'fair-share+backfill+spread').starts).toMatchObject({ whole: 100 });
  });

  it('counts jobs that no state of the cluster lets start', () => {
    expect(run(workload(job('huge', 0, 24, 10), job('next', 1, 8, 10)), 'first-come').measures).toMatchObject({
      neverStarted: 1,
      makespan: 11,
    });
  });
});

describe('jobs that are stopped for others in the trace lab', () => {
  const low = job('low', 0, 16, 10_000, { priority: 'low' });
  const preempting = 'fair-share+backfill+preemption';

  it('are preemptible ones, after their shielded time, and begin again where they never saved their state', () => {
    const given = workload(low, job('other', 600, 16, 100));
    expect(run(given, 'fair-share+backfill')).toMatchObject({ starts: { other: 10_000 }, measures: { stops: 0, lostGpuSeconds: 0 } });
    const { starts, measures } = run(given, preempting);
    expect(starts).toEqual({ low: 0, other: 1_800 });
    expect(measures).toMatchObject({ stops: 1, lostGpuSeconds: 16 * 1_800, makespan: 11_900, p90WaitOfOthers: 1_200 });
  });

  it('leave no wait of others to tell where all jobs are preemptible', () => {
    const given = workload(low);
    const row = comparison(given, [{ name: preempting, measures: run(given, preempting).measures }])
      .split('\n')
      .find((line) => line.includes(preempting));
    expect(row).toContain(' none ');
    expect(row).not.toContain('NaN');
  });

  it('go on from their last checkpoint', () => {
    const given = { ...workload(low, job('one', 3_000, 16, 100), job('two', 6_000, 16, 100)), checkpointSeconds: 1_000 };
    const { starts, measures } = run({ ...given, checkpointSeconds: 2_000 }, preempting);
    expect(starts).toEqual({ low: 0, one: 3_000, two: 6_000 });
    // The first attempt ends 1,000 s after its checkpoint at 2,000 s. The second runs from 3,100 s to 6,000 s, with one at 5,100 s.
    expect(measures).toMatchObject({ stops: 2, lostGpuSeconds: 16 * (1_000 + 900), makespan: 6_100 + 6_000 });
    expect(run(given, preempting).measures).toMatchObject({ stops: 2, lostGpuSeconds: 16 * 900, makespan: 6_100 + 5_000 });
  });

  it('borrow the share of a company that asks for it', () => {
    const given = workload(
      ...[job('a1', 0, 8, 10_000), job('a2', 1, 8, 10_000, { priority: 'high' })],
      job('b', 3_000, 8, 100, { tenantId: 'b' }),
    );
    expect(run(given, 'fair-share+backfill').starts).toMatchObject({ b: 10_000 });
    const { starts, measures } = run(given, 'fair-share+backfill+borrowing');
    expect(starts).toMatchObject({ a1: 0, a2: 1, b: 3_000 });
    expect(measures).toMatchObject({ stops: 1, lostGpuSeconds: 8 * 2_999 });
  });
});

describe('what the lab computes', () => {
  it('gives equal parts, and what one does not demand to the others', () => {
    expect(
      fairAllocation(
        new Map([
          ['a', 2],
          ['b', 20],
          ['c', 20],
        ]),
        16,
      ),
    ).toEqual(
      new Map([
        ['a', 2],
        ['b', 7],
        ['c', 7],
      ]),
    );
    expect(jainsIndex([1, 1, 1])).toBeCloseTo(1);
    expect(jainsIndex([1, 0, 0, 0])).toBeCloseTo(0.25);
  });

  it('moves submissions so that the jobs need the asked multiple of the nodes', () => {
    // 16 GPUs; 8 × 100 + 8 × 100 GPU-seconds are 100 s of the cluster.
    const moved = withLoad([job('a', 50, 8, 100), job('b', 51, 8, 100)], nodes, 0.5);
    expect(moved.map(({ submittedAt }) => submittedAt)).toEqual([0, 200]);
  });

  it('makes the same synthetic workload from the same seed, of the load asked for, with gangs up to 512 GPUs', () => {
    const options = { nodes: 64, jobs: 2_000, load: 1.2, seed: 'park' };
    const made = syntheticWorkload(options);
    expect(syntheticWorkload(options)).toEqual(made);
    expect(syntheticWorkload({ ...options, seed: 'two' })).not.toEqual(made);
    expect(made.jobs).toHaveLength(2_000);
    expect(new Set(made.jobs.map(gpusOfJob))).toEqual(new Set([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]));
    const needed = made.jobs.reduce((sum, each) => sum + gpusOfJob(each) * each.runtimeSeconds, 0);
    expect(needed / gpusOfNodes(made.nodes) / (made.jobs.at(-1)?.submittedAt ?? 0)).toBeCloseTo(1.2, 2);
    expect(made.jobs.every(({ runtimeSeconds, maxRuntimeSeconds }) => maxRuntimeSeconds >= runtimeSeconds)).toBe(true);
  });

  it('draws which jobs are preemptible from the seed', () => {
    const { jobs } = syntheticWorkload({ nodes: 8, jobs: 1_000, load: 1, seed: 'park' });
    const lowOf = (share: number, seed = 'park') =>
      withPreemptible(jobs, share, seed).flatMap(({ id, priority }) => (priority === 'low' ? [id] : []));
    expect([lowOf(0).length, lowOf(1).length]).toEqual([0, 1_000]);
    expect(Math.abs(lowOf(0.3).length - 300)).toBeLessThan(50);
    expect(lowOf(0.3)).toEqual(lowOf(0.3));
    expect(lowOf(0.3)).not.toEqual(lowOf(0.3, 'two'));
  });

  it('beats first come with fair share and backfill on p90 waiting and on utilisation, in the sample and in the synthetic workload', async () => {
    const workloads = [
      await sampleWorkload({ nodes: 8, jobs: 300, load: 1.3 }),
      syntheticWorkload({ nodes: 128, jobs: 700, load: 1.3, seed: 'park' }),
    ];
    for (const each of workloads) {
      const compared = ['first-come', 'fair-share+backfill'].map((name) => ({ name, measures: run(each, name).measures }));
      const text = comparison(each, compared);
      expect(text).toMatch(/met +p90 waiting/);
      expect(text).toMatch(/met +utilisation/);
    }
  });
});

describe('what the lab reads and writes', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'trace-lab-'));
  });
  afterEach(async () => await rm(folder, { recursive: true }));

  const NODES = 'sn,cpu_milli,memory_mib,gpu,model\nnode-0,32000,1024,0,\nnode-1,32000,1024,2,T4\n';
  const TASKS =
    'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n' +
    'task-0,1000,10,1,1000,,LS,Running,100,160,100\ntask-1,1000,10,1,500,,BE,Running,100,160,100\ntask-2,1000,10,2,1000,,BE,Succeeded,200,300,210\n';

  async function write(nodeRows: string, taskRows: string): Promise<void> {
    await writeFile(path.join(folder, 'openb_node_list_all_node.csv'), nodeRows);
    await writeFile(path.join(folder, 'openb_pod_list_default.csv'), taskRows);
  }

  it('takes tasks of whole GPUs and nodes with GPUs from the trace', async () => {
    await write(NODES, TASKS);
    const read = await openbWorkload({ folder, nodes: 1, jobs: 2, load: 1 });
    expect(read.nodes).toMatchObject([{ name: 'node-1', gpus: { gpu: 2 }, cpuMillis: 32_000, memoryBytes: 2 ** 30 }]);
    expect(read.jobs).toMatchObject([
      { id: 'task-0', priority: 'high', submittedAt: 0, runtimeSeconds: 60, replica: { gpus: 1 } },
      // 60 + 2 × 100 GPU-seconds are 130 s of two GPUs.
      { id: 'task-2', priority: 'low', submittedAt: 130, runtimeSeconds: 100, replica: { gpus: 2 } },
    ]);
  });

  it('refuses files that are missing, broken or too short in a sentence', async () => {
    const asked = { folder, nodes: 1, jobs: 2, load: 1 };
    await expect(openbWorkload(asked)).rejects.toThrow(/openb_node_list_all_node\.csv cannot be read/);
    await write(NODES.replace('1024,2', '1024,two'), TASKS);
    await expect(openbWorkload(asked)).rejects.toThrow(/openb_node_list_all_node\.csv, row 2: gpu: /);
    await write(NODES, `${TASKS}task-3,1000\n`);
    await expect(openbWorkload(asked)).rejects.toThrow(/openb_pod_list_default\.csv is not CSV: /);
    await write(NODES, TASKS);
    await expect(openbWorkload({ ...asked, jobs: 3 })).rejects.toThrow(
      'The trace has 2 tasks of whole GPUs that ran from 30 s to a day, and 3 are asked for.',
    );
  });

  it.each([
    [['--nodes', '0'], '--nodes takes a whole number from 1 to 10000, and "0" was given.'],
    [['--jobs', 'many'], '--jobs takes a whole number from 1 to 100000, and "many" was given.'],
    [['--load', '-1'], /--load/],
    [['--load', 'x'], '--load takes a number above 0 up to 100, and "x" was given.'],
    [['--workload', 'other'], '--workload is trace or synthetic, and "other" was given.'],
    [['--policy', 'lottery'], /There is no policy "lottery"\. A policy is first-come, priority or fair-share/],
    [['--policy', 'fair-share+backfill+backfill'], /There is no policy/],
    [['--policy', 'priority', '--policy', 'priority'], '--policy priority is given twice.'],
    [['--policy', 'first-come+backfill+borrowing'], /and of \+borrowing and \+preemption after fair-share/],
    [['--preemptible', '1.5'], '--preemptible takes a number from 0 to 1, and "1.5" was given.'],
    [['--checkpoint', 'x'], '--checkpoint takes a whole number from 0 to 604800, and "x" was given.'],
    [['--fast'], /Unknown option '--fast'/],
  ])('refuses %j', (args, message) => {
    expect(() => labOptions(args, {})).toThrow(message);
  });

  it('takes the folder of the trace from its option before the environment', () => {
    expect(labOptions([], { TRACE_FOLDER: '/a' }).traceFolder).toBe('/a');
    expect(labOptions(['--trace', '/b', '--nodes', '3'], { TRACE_FOLDER: '/a' })).toMatchObject({
      ...{ traceFolder: '/b', sizes: { trace: { nodes: 3, jobs: 3_000 }, synthetic: { nodes: 3 } } },
    });
  });

  it('lets jobs save their state every hour, as often as asked, or never', () => {
    expect(labOptions([], {})).toMatchObject({ checkpointSeconds: 3_600 });
    expect(labOptions(['--checkpoint', '60', '--preemptible', '0.5'], {})).toMatchObject({ checkpointSeconds: 60, preemptible: 0.5 });
    expect(labOptions(['--checkpoint', '0'], {})).not.toHaveProperty('checkpointSeconds');
  });

  it('draws utilisation and queue as SVG and PNG', async () => {
    const given = workload(job('a', 0, 16, 100), job('b', 10, 8, 100));
    const [svg = '', png = ''] = await drawCharts(folder, given, [{ name: 'first-come', measures: run(given, 'first-come').measures }]);
    const drawn = await readFile(svg, 'utf8');
    const texts = ['Utilisation of 16 GPUs, in per cent', 'Waiting jobs', 'first-come'];
    expect(texts.filter((text) => !drawn.startsWith('<svg ') || !drawn.includes(`>${text}</text>`))).toEqual([]);
    const picture = await readFile(png);
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([2_560, 1_520]);
  });
});
