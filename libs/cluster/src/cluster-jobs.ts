import type { V1JobCondition, V1OwnerReference } from '@kubernetes/client-node';
import { type CreationRefusal, hasEnded } from '#jobs';
import { DomainError } from '#kernel';
import type { ClusterPods } from './cluster-pods.ts';
import { apply } from './connection/apply.ts';
import { calling, unlessGone } from './connection/calls.ts';
import type { Clients } from './connection/cluster-connection.ts';
import { allOf } from './connection/pages.ts';
import { jobObject, rendezvousObjects } from './desired/job-objects.ts';
import { type Attempt, LABELS, namespaceOf, objectNameOf, OURS } from './desired/names.ts';
import type { TenantSpace } from './desired/tenant-space.ts';
import type { Workload } from './desired/workload.ts';
import { podRefusal } from './observed/pod-refusal.ts';
import type { TenantSpaces } from './spaces/tenant-spaces.ts';

/** A Job of ours in the cluster that has not come to its end. */
export interface OpenJob extends Attempt {
  readonly namespace: string;
}

export type JobSituation = 'present' | 'suspended' | 'deleted';

/** The Jobs of attempts: applied, looked at, deleted. */
export class ClusterJobs {
  readonly #clients: Clients;
  readonly #pageSize: number;
  readonly #spaces: TenantSpaces;
  readonly #pods: ClusterPods;

  /** @param pageSize objects a page of a list */
  constructor(clients: Clients, pageSize: number, spaces: TenantSpaces, pods: ClusterPods) {
    this.#clients = clients;
    this.#pageSize = pageSize;
    this.#spaces = spaces;
    this.#pods = pods;
  }

  /** Makes the objects of an attempt what they should be: the Job, and for a gang its Service and NetworkPolicy, which it owns. */
  async ensure(workload: Workload): Promise<void> {
    try {
      const job = await apply(this.#clients, jobObject(workload));
      const owner: V1OwnerReference = { apiVersion: 'batch/v1', kind: 'Job', name: objectNameOf(workload), uid: job.metadata?.uid ?? '' };
      for (const object of rendezvousObjects(workload, owner)) await apply(this.#clients, object);
    } catch (error) {
      // The namespace may have been deleted behind our back: the next try applies it again.
      if (error instanceof DomainError && error.kind === 'not-found') this.#spaces.forgetEnsured();
      throw error;
    }
  }

  /** Stops an attempt: its pods get SIGTERM now and SIGKILL after `graceSeconds`; nothing starts any more. */
  async delete(workload: Attempt & { readonly tenant: Pick<TenantSpace, 'slug'> }, graceSeconds: number): Promise<void> {
    await this.deletePods({ namespace: namespaceOf(workload.tenant.slug), ...attemptOf(workload) }, graceSeconds);
  }

  /** As `delete`, for an attempt of which only pods are left. */
  async deletePods(of: Attempt & { readonly namespace: string }, graceSeconds = 1): Promise<void> {
    const { namespace } = of;
    const { core, batch } = this.#clients;
    // The Job goes first, else it would replace the pods.
    await calling('delete a job', () =>
      unlessGone(() => batch.deleteNamespacedJob({ namespace, name: objectNameOf(of), propagationPolicy: 'Background' })),
    );
    // Grace 0 would remove the pod while its containers may still run: one second is the least.
    const grace = Math.max(1, graceSeconds);
    for (const pod of await this.#pods.list(of)) {
      if (hasEnded(pod) && pod.deleting) continue;
      if (pod.deleting && (pod.deletionGraceSeconds ?? 0) <= grace) continue;
      const { name } = pod;
      await calling('delete a pod', () =>
        unlessGone(() => core.deleteNamespacedPod({ namespace, name, body: { gracePeriodSeconds: grace } })),
      );
    }
  }

  /** What became of an attempt's Job in the cluster: whether somebody deleted or suspended it. */
  async situation(of: Attempt & { readonly tenant: Pick<TenantSpace, 'slug'> }): Promise<JobSituation> {
    const name = { namespace: namespaceOf(of.tenant.slug), name: objectNameOf(of) };
    const job = await calling('read a job', () => unlessGone(() => this.#clients.batch.readNamespacedJob(name)));
    if (job === undefined || job.metadata?.deletionTimestamp !== undefined) return 'deleted';
    return job.spec?.suspend === true ? 'suspended' : 'present';
  }

  /** Why the cluster, which accepted the Job of an attempt, does not create all of its pods; undefined where it reports no reason. */
  async podRefusal(of: Attempt & { readonly tenant: Pick<TenantSpace, 'slug'> }): Promise<CreationRefusal | undefined> {
    const namespace = namespaceOf(of.tenant.slug);
    const fieldSelector = `involvedObject.kind=Job,involvedObject.name=${objectNameOf(of)},reason=FailedCreate`;
    const events = await calling('list events', () =>
      allOf((page) => this.#clients.core.listNamespacedEvent({ namespace, fieldSelector, ...page }), this.#pageSize),
    );
    return podRefusal(events);
  }

  /** Our Jobs that have not come to their end and may still make pods. */
  async open(): Promise<OpenJob[]> {
    const jobs = await calling('list jobs', () =>
      allOf((page) => this.#clients.batch.listJobForAllNamespaces({ labelSelector: OURS, ...page }), this.#pageSize),
    );
    return jobs
      .filter(({ metadata, status }) => metadata?.deletionTimestamp === undefined && !status?.conditions?.some(isEnd))
      .map(({ metadata }) => ({
        namespace: metadata?.namespace ?? '',
        jobId: metadata?.labels?.[LABELS.job] ?? '',
        attempt: Number(metadata?.labels?.[LABELS.attempt]),
      }));
  }
}

/** Whether a Job's condition says that it has come to its end. */
function isEnd({ type, status }: V1JobCondition): boolean {
  return (type === 'Complete' || type === 'Failed') && status === 'True';
}

function attemptOf({ jobId, attempt }: Attempt): Attempt {
  return { jobId, attempt };
}
