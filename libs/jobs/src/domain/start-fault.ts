import { type Instant, shortened } from '#kernel';
import { CLUSTER_REASONS, type ClusterReasonCode } from './cluster-reason-texts.ts';
import { explainReason } from './cluster-reasons.ts';
import type { JobFault } from './job-faults.ts';

/**
 * Why an attempt cannot start by its own fault, for machines. Its image, its command or its objects must change first, so the job fails
 * instead of returning to the queue (rule J4).
 */
export type StartFaultCode = Extract<
  ClusterReasonCode,
  | 'image-name-invalid'
  | 'image-pull-failed'
  | 'image-not-on-node'
  | 'container-config-invalid'
  | 'container-not-created'
  | 'container-not-started'
  | 'secret-missing'
  | 'refused-by-cluster'
>;

/** Why an attempt cannot start: a stable code, and a sentence for its tenant. */
export interface StartFault {
  readonly code: StartFaultCode;
  readonly detail: string;
}

/** What the cluster reports of a container that has not begun. */
export interface StartSign {
  /** Index of its replica. */
  readonly index: number;
  /** Kubernetes' name for it, such as `ErrImagePull`. */
  readonly reason: string;
  /** Kubernetes' message; empty where there is none. */
  readonly message: string;
  /** When it was first observed. */
  readonly since: Instant;
}

export interface StartPolicy {
  /** How long to wait where the cause may pass, for example a registry that does not answer. */
  readonly startFaultTimeoutSeconds: number;
}

/** How a fault that a kubelet reports is told, by its code. */
const SENTENCES: Readonly<
  Record<Exclude<StartFaultCode, 'refused-by-cluster' | 'secret-missing'>, (index: number, message: string) => string>
> = {
  'image-name-invalid': (index, message) => `The image name of pod ${index} is not one: ${message}.`,
  'image-not-on-node': (index, message) => `The image of pod ${index} is not on its node, and must not be pulled: ${message}.`,
  'image-pull-failed': (index, message) =>
    `The image of pod ${index} cannot be pulled: ${message}. ${CLUSTER_REASONS['image-pull-failed'].remedy?.en ?? ''}`,
  'container-config-invalid': (index, message) => `The container of pod ${index} cannot be set up as it is written: ${message}.`,
  'container-not-created': (index, message) => `The container of pod ${index} cannot be created: ${message}.`,
  'container-not-started': (index, message) =>
    `The command of pod ${index} cannot be started: ${message}. Check that it exists in the image.`,
};

/** The reasons of a container's waiting or terminated state that are faults, and whether each may pass by itself. */
const MAY_PASS: ReadonlyMap<string, boolean> = new Map(
  Object.entries({
    InvalidImageName: false,
    ErrImageNeverPull: false,
    ErrImagePull: true,
    ImagePullBackOff: true,
    ImageInspectError: true,
    RegistryUnavailable: true,
    SignatureValidationFailed: true,
    CreateContainerConfigError: true,
    CreateContainerError: true,
    PreCreateHookError: true,
    RunContainerError: true,
    PreStartHookError: true,
    PostStartHookError: true,
    // These two end the container: the kubelet does not try again.
    StartError: false,
    ContainerCannotRun: false,
  }),
);

/** The code of a fault, by the catalogue; undefined for what is none. */
function faultCodeOf(reason: string): keyof typeof SENTENCES | undefined {
  const { code } = explainReason({ reason, message: '' });
  return MAY_PASS.has(reason) && code in SENTENCES ? (code as keyof typeof SENTENCES) : undefined;
}

/** A message that only says that the pull is tried again later. An earlier message named the cause. */
const BARE_BACKOFF = /^Back-off pulling image "[^"]*"$/;
/** The same message of newer kubelets, with the cause at its end. */
const BACKOFF_AND_CAUSE = /^Back-off pulling image "[^"]*": (\w+): (.+)$/s;
const LONGEST_MESSAGE = 600;

/** Whether `reason`, of a container that waits or has ended, says why it cannot begin. */
export function isStartSign(reason: string): boolean {
  return MAY_PASS.has(reason);
}

/**
 * The sign of a pod as it is reported `now`, given the one before. It counts from its first observation, although a kubelet reports the same
 * fault alternately as `ErrImagePull`, with its cause, and as `ImagePullBackOff`.
 */
export function followSign(before: StartSign | undefined, reported: Omit<StartSign, 'since'>, now: Instant): StartSign {
  const [, reason = reported.reason, message = reported.message] = BACKOFF_AND_CAUSE.exec(reported.message) ?? [];
  const sign = { index: reported.index, reason, message };
  if (before === undefined || faultCodeOf(before.reason) !== faultCodeOf(sign.reason)) return { ...sign, since: now };
  return BARE_BACKOFF.test(sign.message) ? before : { ...sign, since: before.since };
}

/** Why the attempt cannot start, by the signs of its pods (rule J4); undefined while it may still start. */
export function startFaultOf(signs: readonly StartSign[], policy: StartPolicy, now: Instant): StartFault | undefined {
  const due = signs.filter(({ reason, since }) => {
    const mayPass = MAY_PASS.get(reason);
    return mayPass !== undefined && (!mayPass || now >= since + policy.startFaultTimeoutSeconds);
  });
  const [first] = due.toSorted((a, b) => a.index - b.index);
  if (first === undefined) return undefined;
  const code = faultCodeOf(first.reason);
  return code && { code, detail: SENTENCES[code](first.index, causeOf(first)) };
}

/** In the API server's refusal of a pod whose GPU class names a RuntimeClass that the cluster does not have. */
const NO_RUNTIME_CLASS = /RuntimeClass "([^"]+)" not found/;

/** The fault of an attempt where the API server always refuses one of its objects. */
export function refusedByCluster(serverMessage: string): StartFault {
  const code = 'refused-by-cluster';
  const [, missing] = NO_RUNTIME_CLASS.exec(serverMessage) ?? [];
  if (missing !== undefined) {
    const cause = `its GPU class uses the RuntimeClass "${missing}", and the cluster has none of that name`;
    const remedy = 'Ask the operator to create it or to change the class, then submit the job again.';
    return { code, detail: `The cluster does not accept this job: ${cause}. ${remedy}` };
  }
  const detail = `The cluster does not accept this job: ${inSentence(serverMessage)}. It has to be submitted anew as the cluster can take it.`;
  return { code, detail };
}

/** The fault of an attempt that names secrets which were deleted, or created anew as another kind, since it was submitted. */
export function secretsMissing(faults: readonly Pick<JobFault, 'detail'>[]): StartFault {
  const causes = [...new Set(faults.map(({ detail }) => detail))].join(' ');
  return { code: 'secret-missing', detail: `${causes} Create it again and submit the job again.` };
}

/** What the tenant reads where the cluster accepted the job and does not create its pods at the moment, by no fault of the pods. */
export function notCreatedFor(serverMessage: string): string {
  return `The cluster creates no pods of this job for now: ${inSentence(serverMessage)}.`;
}

function causeOf({ reason, message }: StartSign): string {
  return message === '' ? reason : `${inSentence(message)} (${reason})`;
}

/** The message without its last full stop, as a part of a sentence. */
function inSentence(message: string): string {
  return shortened(message.trim().replace(/\.$/, ''), LONGEST_MESSAGE);
}
