import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { run } from '../../test/scripted-environment.ts';

const FOLDER = path.join(import.meta.dirname, '../../test/manifests');
const NOWHERE = '/nowhere';

interface JobFile {
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec: Record<string, unknown>;
}

/** The job files of a manifest of `test/manifests`, and what is on standard error. */
async function imported(file: string, ...options: readonly string[]): Promise<{ jobs: JobFile[]; leftOut: string[] }> {
  const { code, out, err } = await run(NOWHERE, ['import', path.join(FOLDER, file), '--class', 'h800', ...options]);
  expect([code, err]).toEqual([0, expect.any(String)]);
  return { jobs: parseAllDocuments(out).map((document) => document.toJS() as JobFile), leftOut: err.trim().split('\n') };
}

async function refusal(text: string, ...options: readonly string[]): Promise<{ code: number; err: string }> {
  const { code, err } = await run(NOWHERE, ['import', '-', ...options], text);
  return { code, err };
}

describe('mss import', () => {
  it('makes a gang of an Indexed Job, with the address of its first pod', async () => {
    const { jobs, leftOut } = await imported('torchrun-job.yaml');
    expect(jobs).toEqual([
      {
        apiVersion: 'speedspace.io/v1',
        kind: 'Job',
        metadata: { name: 'llama-sft', annotations: { 'sim.speedspace.io/run-time': '20s' } },
        spec: {
          ...{ gpuClass: 'h800', replicas: 2, gpusPerReplica: 8, image: 'registry.park.example/jiding/llama:2.3', retries: 3 },
          ...{ command: ['bash', '-c'], args: [expect.stringContaining('--master-addr=$(MASTER_ADDR) --master-port=29500')] },
          env: { EPOCHS: '3', LEARNING_RATE: '1e-5', NCCL_DEBUG: 'INFO', INDEX: '$(NODE_RANK)' },
          ...{ cpu: '32', memory: '256Gi', shm: '64Gi', checkpoint: { grace: '120s' }, maxRuntime: '12h' },
        },
      },
    ]);
    expect(leftOut.map((line) => line.trim().split(': ')[0])).toEqual([
      'Not carried over:',
      '/0',
      '/1',
      '/2/spec/template/spec/containers/0/resources/limits/rdma~1hca_shared',
      '/2/spec/template/spec/hostNetwork',
      '/2/spec/template/spec/tolerations',
      '/2/spec/template/spec/containers/0/ports',
    ]);
  });

  it('makes a gang of the master and the workers of a PyTorchJob, with what torchrun reads', async () => {
    const { jobs, leftOut } = await imported('deepspeed-pytorchjob.yaml');
    expect(jobs[0]?.spec).toMatchObject({
      ...{ replicas: 2, gpusPerReplica: 8, workingDir: '/workspace/DeepSpeedExamples', runAs: { user: 1200, group: 1200 }, retries: 10 },
      ...{ imagePullSecrets: ['harbor'], envFrom: [{ secret: 'wandb' }], maxRuntime: '24h' },
      volumes: [{ name: 'checkpoints-v1', size: '500Gi', mountPath: '/ckpt' }],
      env: { PET_NNODES: '$(NNODES)', PET_NODE_RANK: '$(NODE_RANK)', PET_NPROC_PER_NODE: '8', NCCL_SOCKET_IFNAME: 'eth0' },
    });
    expect(leftOut).toEqual([
      '"deepspeed-zero3" is refused with volumes. Remove it, and fetch data at the start of the command.',
      '"deepspeed-zero3" has no limit of its run: maxRuntime is 24h.',
      'Not carried over:',
      expect.stringContaining('/0: '),
      expect.stringContaining('/1/spec/runPolicy/backoffLimit: '),
    ]);
  });

  it('makes a job of a TrainJob, whose trainer is the container', async () => {
    const { jobs, leftOut } = await imported('accelerate-trainjob.yaml', '--max-runtime', '6h', '--self-pay');
    expect(jobs[0]?.spec).toMatchObject({ replicas: 2, gpusPerReplica: 4, memory: '128Gi', maxRuntime: '6h', selfPay: true });
    expect(jobs[0]?.spec['env']).toMatchObject({ HF_HUB_OFFLINE: '1', PET_NPROC_PER_NODE: '4' });
    expect(leftOut).toEqual(['Not carried over:', expect.stringContaining('/spec/podTemplateOverrides')]);
  });

  it('makes a schedule of a CronJob, and says which container is not in it', async () => {
    const { jobs, leftOut } = await imported('nightly-evaluation-cronjob.yaml');
    expect(jobs[0]?.spec).toMatchObject({ replicas: 1, retries: 0, schedule: { cron: '0 2 * * *', timeZone: 'Asia/Shanghai' } });
    expect(leftOut).toContainEqual(expect.stringContaining('"exporter" is not in the job file'));
  });

  it('makes a gang of the nodes of a Slurm script, and says which of its lines mean nothing here', async () => {
    const { jobs, leftOut } = await imported('megatron.sbatch');
    expect(jobs[0]).toMatchObject({
      metadata: { name: 'megatron-7b' },
      spec: {
        ...{ replicas: 2, gpusPerReplica: 8, cpu: '64', memory: '512Gi', maxRuntime: '36h', image: 'nvcr.io/nvidia/pytorch:24.05-py3' },
        checkpoint: { grace: '300s', resume: 'auto' },
        command: ['bash', '-c', expect.stringMatching(/srun\(\)[^]*pretrain_gpt\.py/)],
      },
    });
    expect(leftOut).toContain('  line 14: --cluster-constraint: This option means nothing here.');
    expect(leftOut).toContain('  line 24: Slurm does not read #SBATCH behind the first command, nor does mss.');
    expect(leftOut.filter((line) => /--(job-name|nodes|gres|mem|time):/.test(line))).toEqual([]);
  });

  it('makes an array of a Slurm array, in whose resources each task has its own', async () => {
    const { jobs, leftOut } = await imported('vllm-array.sbatch', '--image', 'registry.park.example/vllm:0.6');
    expect(leftOut[0]).toMatch(/^"vllm-batch" is refused with array\. /);
    const spec = { array: { indices: '0-9', parallelism: 4 }, gpusPerReplica: 2, cpu: '16', memory: '128Gi', maxRuntime: '90m' };
    expect(jobs[0]?.spec).toMatchObject(spec);
    expect(jobs[0]?.spec).not.toHaveProperty('replicas');
  });

  it('refuses a file without a job, without an image or without GPUs, and says what to give', async () => {
    const pod = { kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'main', image: 'a/b:1' }] } };
    const cases: [string, string[], string][] = [
      ['kind: Deployment', [], 'has no Job, CronJob, Pod, PyTorchJob, or TrainJob'],
      ['kind: [', [], 'is not YAML'],
      ['', [], 'has no Job'],
      [JSON.stringify(pod), ['--class', 'h800'], '"p" asks for no GPUs'],
      ['#!/bin/bash\n#SBATCH --gres=gpu:1\ntrue', ['--class', 'h800'], 'names no image for "slurm"'],
      ['kind: PyTorchJob', ['--class', 'h800'], 'neither a Master nor a Worker'],
    ];
    for (const [text, options, message] of cases) {
      expect([text, await refusal(text, ...options)]).toEqual([text, { code: 2, err: expect.stringContaining(message) as string }]);
    }
  });
});
