/** Field manager of everything that is applied here. */
export const FIELD_MANAGER = 'speedspace';
/** Kept on a pod until its end is recorded (rule M3). */
export const METERING_FINALIZER = 'speedspace.io/metering';
/** Keeps a pod of a gang from being scheduled until its node is assigned. */
export const PLACEMENT_GATE = 'speedspace.io/placement';
/** The container that is billed (rule M1). */
export const MAIN_CONTAINER = 'main';
export const RENDEZVOUS_PORT = 29_500;

export const LABELS = {
  managedBy: 'app.kubernetes.io/managed-by',
  tenant: 'speedspace.io/tenant',
  job: 'speedspace.io/job',
  attempt: 'speedspace.io/attempt',
  gpuClass: 'speedspace.io/gpu-class',
} as const;
export const MANAGED_BY = 'speedspace';
/** Annotation that Kubernetes gives each pod of an indexed Job. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** Selects all that is ours. */
export const OURS = `${LABELS.managedBy}=${MANAGED_BY}`;
/** Selects everything else. */
export const FOREIGN = `${LABELS.managedBy}!=${MANAGED_BY}`;

/** One attempt of a job, as far as its objects' names go. */
export interface Attempt {
  /** Such as `job_01j…`. */
  readonly jobId: string;
  readonly attempt: number;
}

/** Begins the namespace of every company. */
const NAMESPACE_PREFIX = 'mss-';

export function isNamespaceOfCompany(namespace: string): boolean {
  return namespace.startsWith(NAMESPACE_PREFIX);
}

export function namespaceOf(tenantSlug: string): string {
  return `${NAMESPACE_PREFIX}${tenantSlug}`;
}

/**
 * Name of the Job, Service and NetworkPolicy of an attempt: `job-01j…-2` for the second attempt of `job_01j…`. Each attempt has
 * its own, because pods of the one before may still be on their way out.
 */
export function objectNameOf({ jobId, attempt }: Attempt): string {
  return `${jobId.replace('_', '-')}-${attempt}`;
}

/** A pod of an attempt, by the name that the Job controller gives it. */
const POD_NAME = /^job-([0-9a-z]{26})-(\d{1,9})-(\d{1,9})-[0-9a-z]+$/;

/** The attempt and the replica that a pod of the name belongs to; undefined for a name that is none of ours. */
export function replicaOfPodName(name: string): (Attempt & { readonly index: number }) | undefined {
  const [, id, attempt, index] = POD_NAME.exec(name) ?? [];
  return id === undefined ? undefined : { jobId: `job_${id}`, attempt: Number(attempt), index: Number(index) };
}

/** Selects the pods of an attempt. */
export function selectorOf({ jobId, attempt }: Attempt): string {
  return `${OURS},${LABELS.job}=${jobId},${LABELS.attempt}=${attempt}`;
}
