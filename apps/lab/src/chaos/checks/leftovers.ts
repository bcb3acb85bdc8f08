import type { V1Job } from '@kubernetes/client-node';
import { attemptOf, hasEnded, jobOf, METERING_FINALIZER, nameOf } from '../cluster-objects.ts';
import type { Evidence } from '../evidence.ts';
import { type Check, check } from './check.ts';

const ENDED_BY_ITSELF = new Set(['Succeeded', 'Failed']);

function isFinished({ status }: V1Job): boolean {
  return status?.conditions?.some(({ type, status: holds }) => holds === 'True' && (type === 'Complete' || type === 'Failed')) ?? false;
}

/** Rule J2: when all jobs have ended, the cluster has only the Jobs that are kept for their logs. */
export function leftoverChecks({ objects, jobs }: Evidence): Check[] {
  const jobsById = new Map(jobs.map((job) => [job.id, job]));
  const owners = new Set(objects.jobs.map((job) => job.metadata?.uid));
  return [
    check('no pod is left running or stuck', objects.pods, (pod) => {
      const { deletionTimestamp, finalizers = [] } = pod.metadata ?? {};
      if (deletionTimestamp !== undefined) return `${nameOf(pod)} is on its way out, held by ${finalizers.join(', ') || 'nobody'}`;
      if (!hasEnded(pod))
        return `${nameOf(pod)} is ${pod.status?.phase ?? 'unknown'}, its job is ${jobsById.get(jobOf(pod))?.state ?? 'gone'}`;
      return finalizers.includes(METERING_FINALIZER) && `${nameOf(pod)} has ended and is still held for the meter`;
    }),
    check('no Job is left over', objects.jobs, (object) => {
      const job = jobsById.get(jobOf(object));
      const kept = job !== undefined && ENDED_BY_ITSELF.has(job.state) && job.attempt === attemptOf(object);
      if (object.metadata?.deletionTimestamp !== undefined) return `${nameOf(object)} is on its way out`;
      return !kept && `${nameOf(object)} is left (${isFinished(object) ? 'finished' : 'active'}), its job is ${job?.state ?? 'gone'}`;
    }),
    check('no Service or NetworkPolicy is left over', objects.owned, (object) => {
      const owner = object.metadata?.ownerReferences?.[0]?.uid;
      return !owners.has(owner) && `${object.kind ?? ''} ${nameOf(object)} has lost its Job`;
    }),
  ];
}
