import type { Tx } from '#database';
import { JobsService, parseJobFile } from '#jobs';
import type { Office } from './office.ts';
import type { Park } from './park-setup.ts';
import { numberOf } from './workload.ts';

/** A job that is queued at the present instant; the controller takes it from there. */
interface PresentJob {
  readonly company: string;
  readonly name: string;
  readonly gpuClass: string;
  readonly replicas?: number;
  readonly gpus: number;
  readonly maxRuntime: string;
  /** How long its pods run in the simulated cluster. */
  readonly runTime: string;
  readonly exitCode?: number;
  readonly priority?: 'low' | 'high';
  readonly selfPay?: false;
}

/** In the order of submission. Each class has 32 GPUs that are free. */
const JOBS: readonly PresentJob[] = [
  { company: 'jiding', name: 'pretrain-supply-v3', gpuClass: 'h800', replicas: 2, gpus: 8, maxRuntime: '48h', runTime: '40h' },
  { company: 'xinghe', name: 'distill-7b-r2', gpuClass: 'h800', gpus: 8, maxRuntime: '24h', runTime: '20h' },
  { company: 'cangjie', name: 'fix-rl-0412', gpuClass: 'h800', gpus: 2, maxRuntime: '12h', runTime: '11h' },
  { company: 'qingtong', name: 'sim-rl-grasp', gpuClass: 'h800', gpus: 2, maxRuntime: '10h', runTime: '9h' },
  { company: 'lanjing', name: 'video-dit-720p', gpuClass: 'a100', replicas: 2, gpus: 8, maxRuntime: '36h', runTime: '30h' },
  { company: 'hanlin', name: 'law-sft-v5', gpuClass: 'a100', gpus: 8, maxRuntime: '16h', runTime: '14h' },
  { company: 'zhixing', name: 'ct-pretrain-phase2', gpuClass: '910b', replicas: 2, gpus: 8, maxRuntime: '60h', runTime: '50h' },
  { company: 'yunxiu', name: 'forecast-025-ens', gpuClass: '910b', gpus: 8, maxRuntime: '30h', runTime: '26h' },
  { company: 'jingxu', name: 'crystal-gen-xl', gpuClass: '910b', gpus: 4, maxRuntime: '8h', runTime: '7h' },
  // These end while somebody looks.
  { company: 'jiding', name: 'eval-weekly-sanity', gpuClass: 'h800', gpus: 1, maxRuntime: '1h', runTime: '90s' },
  { company: 'sulv', name: 'grade-rm-smoke', gpuClass: 'a100', gpus: 1, maxRuntime: '1h', runTime: '60s', exitCode: 1 },
  // It waits at the limit of GPUs of its company.
  { company: 'lanjing', name: 'vae-3d-finetune', gpuClass: 'a100', gpus: 8, maxRuntime: '20h', runTime: '18h' },
  // It waits for all GPUs of its class, which are reserved for it; the next one would run longer than until then.
  { company: 'jiding', name: 'pretrain-supply-v4', gpuClass: 'h800', replicas: 4, gpus: 8, maxRuntime: '24h', runTime: '20h' },
  { company: 'jiding', name: 'dpo-7b-sweep', gpuClass: 'h800', gpus: 1, maxRuntime: '96h', runTime: '80h' },
  // Its grant is used up, and it may not use the wallet.
  { company: 'moyu', name: 'style-corpus-2', gpuClass: 'h800', gpus: 2, maxRuntime: '12h', runTime: '10h', selfPay: false },
];

/** Submits what runs and waits when somebody signs in for the first time. */
export async function submitPresentJobs(office: Office, tx: Tx, park: Park): Promise<void> {
  for (const job of JOBS) {
    const engineer = office.person(`engineer@${job.company}.example`);
    await office.get(JobsService).submit(tx, engineer, park.tenants.get(job.company) ?? '', parseJobFile(jobFileOf(job)));
  }
}

function jobFileOf(job: PresentJob): object {
  const { company, name, gpuClass, replicas = 1, gpus, maxRuntime, runTime, exitCode = 0, priority = 'normal', selfPay = true } = job;
  const annotations = {
    'sim.speedspace.io/run-time': runTime,
    'sim.speedspace.io/exit-code': String(exitCode),
    'sim.speedspace.io/log': trainingLog(name, exitCode),
  };
  return {
    ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name, annotations } },
    spec: {
      ...{ gpuClass, replicas, gpusPerReplica: gpus, maxRuntime, priority, selfPay },
      ...{ image: `registry.park.example/${company}/train:1.4`, checkpoint: { grace: '2m', resume: 'auto' } },
      command: ['torchrun', `--nnodes=${replicas}`, `--nproc-per-node=${gpus}`, 'train.py', '--run', name],
    },
  };
}

const LINES = 180;
const SECONDS_BETWEEN = 20;

/** What a training program writes: the loss falls, and a checkpoint is saved now and then. */
function trainingLog(name: string, exitCode: number): string {
  const lines = [
    `[rank0] ${name}: world size ready, NCCL 2.21.5, bf16, gradient checkpointing on`,
    '[rank0] dataset: 412 shards, 1.8B tokens; resumed from none',
  ];
  if (exitCode !== 0)
    return [
      ...lines,
      '+25s [rank0] Traceback (most recent call last):',
      '[rank0] ValueError: reward model head has shape [4096, 1], checkpoint has [5120, 1]',
    ].join('\n');
  for (let index = 1; index <= LINES; index += 1) {
    const step = index * 10;
    const noise = (numberOf(name, index) % 1_000) / 10_000;
    const loss = (1.55 + 1.9 * Math.exp(-step / 420) + noise).toFixed(4);
    const speed = 3_050 + (numberOf(name, index, 'speed') % 220);
    lines.push(
      `+${index * SECONDS_BETWEEN}s step ${step} loss ${loss} lr ${(2e-5 * (1 - step / 4_000)).toExponential(2)} grad-norm ${(0.6 + noise * 4).toFixed(2)} ${speed} tokens/s/GPU`,
    );
    if (step % 300 === 0) lines.push(`[rank0] checkpoint saved to /ckpt/${name}/step-${step} in 11 s`);
  }
  return lines.join('\n');
}
