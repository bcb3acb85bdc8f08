import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { slurmEnvironment } from './slurm-environment.ts';

const TASKS = { tasksPerNode: 1, cpusPerTask: 8, gpusPerNode: 4, isArray: false };
/** The environment of the second of two pods. */
const POD = {
  ...{ PATH: process.env['PATH'], HOSTNAME: 'job-01j8-1-1', NNODES: '2', NODE_RANK: '1', JOB_COMPLETION_INDEX: '1' },
  MASTER_ADDR: 'job-01j8-1-0.job-01j8-1',
};

function start(script: string, tasks: Partial<typeof TASKS> = {}) {
  return spawn('bash', ['-c', slurmEnvironment({ ...TASKS, ...tasks }) + script], { env: POD });
}

async function run(script: string, tasks: Partial<typeof TASKS> = {}): Promise<{ out: string[]; code: unknown }> {
  const child = start(script, tasks);
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[unknown]>]);
  return { out: out.trim().split('\n'), code };
}

describe('what Slurm gives a script', () => {
  it('is there from the variables of Speedspace', async () => {
    const { out } = await run(
      'echo $SLURM_NNODES $SLURM_NODEID $SLURM_NTASKS $SLURM_CPUS_PER_TASK $SLURM_GPUS_ON_NODE; echo $((SLURM_JOB_ID % 1000 < 1000))',
    );
    expect(out).toEqual(['2 1 2 8 4', '1']);
  });

  it('names the hosts of all pods, the first one first', async () => {
    expect((await run('scontrol show hostnames "$SLURM_JOB_NODELIST"')).out).toEqual([
      'job-01j8-1-0.job-01j8-1',
      'job-01j8-1-1.job-01j8-1',
    ]);
  });

  it('starts the tasks of this pod, whatever options srun has, and ends with the code of one that failed', async () => {
    const script = `set -e
      srun -N 2 --ntasks=4 --mpi pmix --export=ALL,A=1 -u bash -c 'echo $SLURM_PROCID of $SLURM_NTASKS; exit $SLURM_LOCALID' || echo failed with $?
      srun --label -- true`;
    const { out, code } = await run(script, { tasksPerNode: 2 });
    expect(out.toSorted()).toEqual(['2 of 4', '3 of 4', 'failed with 1']);
    expect(code).toBe(0);
  });

  it('hands SIGTERM on to the tasks, and waits for them', async () => {
    const child = start(`srun bash -c 'trap "echo saved; exit 3" TERM; echo ready; while :; do sleep 0.05; done'`);
    const out = text(child.stdout);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([3, null]);
    expect(await out).toContain('saved');
  });

  it('gives an element of an array its index', async () => {
    expect((await run('echo $SLURM_ARRAY_TASK_ID', { isArray: true })).out).toEqual(['1']);
  });
});
