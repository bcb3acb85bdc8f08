import type { TruthLine } from '../../../../cluster-sim/src/index.ts';
import { Transactions } from '#database';
import { CatalogService } from '#catalog';
import { QuotesService, targetGpuSeconds } from '#funding';
import { type Clock, instantOf } from '#kernel';
import { firstHold, isTerminal, type Job, JobsService } from '#jobs';
import type { Park } from '../park.ts';
import { HOLD_POLICY } from '../seed-settings.ts';
import { type Check, check } from './check.ts';

/** Ends that nobody caused, by the cluster's own record. An end that nobody saw may be reported later. */
const OWN_ENDS: ReadonlySet<string> = new Set(['exited', 'unseen']);

/** Whether the job could hold what it needs to start now (rule F5). */
async function isFundable(park: Park, job: Job, clock: Clock): Promise<boolean> {
  const tx = park.modules.get(Transactions).reader;
  const { tenantId, gpuClass, selfPay } = job;
  const fenPerGpuHour = await park.modules.get(CatalogService).priceAt(tx, gpuClass, clock.now());
  const gpuSeconds = targetGpuSeconds(firstHold(job, HOLD_POLICY));
  const request = { tenantId, gpuClass, selfPay, fenPerGpuHour, gpuSeconds };
  return (await park.modules.get(QuotesService).quote(tx, request, instantOf(clock.now()))).uncoveredGpuSeconds === 0n;
}

async function whyStuck(park: Park, job: Job, resumable: ReadonlySet<string>, clock: Clock): Promise<string | undefined> {
  if (isTerminal(job.state)) return undefined;
  const state = `${job.name} ${job.id} is ${job.state}`;
  if (job.state === 'Queued') {
    if (job.waiting?.reason !== 'funds') return `${state}, waiting for ${job.waiting?.reason ?? 'nothing that it says'}`;
    return (await isFundable(park, job, clock)) ? `${state} for want of funds that are there` : undefined;
  }
  if (job.state !== 'Suspended') return state;
  return resumable.has(job.id) && (await isFundable(park, job, clock)) ? `${state} though it could resume by itself` : undefined;
}

/** Rules J1, F6: every job has ended, or waits for money that is not there, or for a person. */
export async function jobEndCheck(park: Park, clock: Clock): Promise<Check> {
  const { reader } = park.modules.get(Transactions);
  const listed = await park.modules.get(JobsService).list(reader, { limit: 1_000 });
  const ids = listed.jobs.map(({ id }) => id);
  const jobs = await park.modules.get(JobsService).many(reader, ids);
  const resumable = new Set((await park.modules.get(JobsService).resumable(reader)).map(({ id }) => id));
  const reasons = await Promise.all(jobs.map((job) => whyStuck(park, job, resumable, clock)));
  return check('no job is stuck (J1)', reasons, (reason) => reason);
}

/** Rule J1: a job has succeeded only where each of its pods came to its own end, whoever took which away meanwhile. */
export async function successCheck(park: Park, truth: readonly TruthLine[]): Promise<Check> {
  const { reader } = park.modules.get(Transactions);
  const listed = await park.modules.get(JobsService).list(reader, { limit: 1_000 });
  const succeeded = listed.jobs.filter(({ state }) => state === 'Succeeded');
  const own = (id: string, attempt: number) =>
    truth.filter(
      ({ labels, end }) =>
        labels['speedspace.io/job'] === id && labels['speedspace.io/attempt'] === String(attempt) && OWN_ENDS.has(end ?? ''),
    );
  return check('what succeeded ended by itself (J1)', succeeded, ({ id, name, attempt, replicas }) => {
    const indexes = new Set(own(id, attempt).map(({ labels }) => labels['batch.kubernetes.io/job-completion-index']));
    return indexes.size >= replicas ? undefined : `${name} ${id} of ${replicas} pods, ${indexes.size} of which ended by themselves`;
  });
}
