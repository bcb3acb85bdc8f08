import type { Instant } from '#kernel';

/**
 * Why an attempt cannot start by its own fault, for machines: its image, its command or its objects must change before it could, so
 * the job ends as failed instead of going back to the queue (rule J4).
 */
export type StartFaultCode =
  | 'image-name-invalid'
  | 'image-pull-failed'
  | 'image-not-on-node'
  | 'container-config-invalid'
  | 'container-not-created'
  | 'container-not-started'
  | 'refused-by-cluster';

/** Why an attempt cannot start: a stable code, and a sentence for its tenant. */
export interface StartFault {
  readonly code: StartFaultCode;
  readonly detail: string;
}

/** What the cluster tells of a container that has not begun. */
export interface StartSign {
  /** The replica it is of. */
  readonly index: number;
  /** As Kubernetes names it, such as `ErrImagePull`. */
  readonly reason: string;
  /** Kubernetes' own words; empty where there are none. */
  readonly message: string;
  /** When it was first seen. */
  readonly since: Instant;
}

export interface StartPolicy {
  /** For how long what may pass is waited for: a registry that does not answer, say. */
  readonly startFaultTimeoutSeconds: number;
}

interface Kind {
  readonly code: StartFaultCode;
  /** Whether it may pass by itself. */
  readonly mayPass: boolean;
  readonly sentence: (index: number, message: string) => string;
}

const pull = (index: number, message: string): string =>
  `The image of pod ${index} cannot be pulled: ${message}. Check its name and tag, and that its registry lets the cluster have it.`;
const config = (index: number, message: string): string => `The container of pod ${index} cannot be set up as it is written: ${message}.`;
const creation = (index: number, message: string): string => `The container of pod ${index} cannot be created: ${message}.`;
const begin = (index: number, message: string): string =>
  `The command of pod ${index} cannot be started: ${message}. Check that it exists in the image.`;

/** What a kubelet tells of a container that does not begin, by the reasons of its waiting or terminated state. */
const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries<Kind>({
    InvalidImageName: {
      ...{ code: 'image-name-invalid', mayPass: false },
      sentence: (index, message) => `The image name of pod ${index} is not one: ${message}.`,
    },
    ErrImageNeverPull: {
      ...{ code: 'image-not-on-node', mayPass: false },
      sentence: (index, message) => `The image of pod ${index} is not on its node, and must not be pulled: ${message}.`,
    },
    ErrImagePull: { code: 'image-pull-failed', mayPass: true, sentence: pull },
    ImagePullBackOff: { code: 'image-pull-failed', mayPass: true, sentence: pull },
    ImageInspectError: { code: 'image-pull-failed', mayPass: true, sentence: pull },
    RegistryUnavailable: { code: 'image-pull-failed', mayPass: true, sentence: pull },
    SignatureValidationFailed: { code: 'image-pull-failed', mayPass: true, sentence: pull },
    CreateContainerConfigError: { code: 'container-config-invalid', mayPass: true, sentence: config },
    CreateContainerError: { code: 'container-not-created', mayPass: true, sentence: creation },
    PreCreateHookError: { code: 'container-not-created', mayPass: true, sentence: creation },
    RunContainerError: { code: 'container-not-started', mayPass: true, sentence: begin },
    PreStartHookError: { code: 'container-not-started', mayPass: true, sentence: begin },
    PostStartHookError: { code: 'container-not-started', mayPass: true, sentence: begin },
    // Those two are ends: nothing is tried again after them.
    StartError: { code: 'container-not-started', mayPass: false, sentence: begin },
    ContainerCannotRun: { code: 'container-not-started', mayPass: false, sentence: begin },
  }),
);

/** What says that a pull is tried again later, and no more: the cause was told before. */
const BARE_BACKOFF = /^Back-off pulling image "[^"]*"$/;
/** How newer kubelets tell of it, the cause behind. */
const BACKOFF_AND_CAUSE = /^Back-off pulling image "[^"]*": (\w+): (.+)$/s;
const LONGEST_MESSAGE = 600;

/** Whether a container that waits or ended for `reason` tells why it cannot begin. */
export function isStartSign(reason: string): boolean {
  return KINDS.has(reason);
}

/**
 * The sign of a pod as it is seen `now`, given the one before. It lasts since it was first seen, though a kubelet tells the same
 * trouble by turns as `ErrImagePull`, with its cause, and as `ImagePullBackOff`.
 */
export function followSign(before: StartSign | undefined, told: Omit<StartSign, 'since'>, now: Instant): StartSign {
  const [, reason = told.reason, message = told.message] = BACKOFF_AND_CAUSE.exec(told.message) ?? [];
  const seen = { index: told.index, reason, message };
  if (before === undefined || KINDS.get(before.reason)?.code !== KINDS.get(seen.reason)?.code) return { ...seen, since: now };
  return BARE_BACKOFF.test(seen.message) ? before : { ...seen, since: before.since };
}

/** Why the attempt cannot start, by what is seen of its pods; undefined while it may still. A function of values only. */
export function startFaultOf(signs: readonly StartSign[], policy: StartPolicy, now: Instant): StartFault | undefined {
  const due = signs.filter(({ reason, since }) => {
    const kind = KINDS.get(reason);
    return kind !== undefined && (!kind.mayPass || now >= since + policy.startFaultTimeoutSeconds);
  });
  const [first] = due.toSorted((a, b) => a.index - b.index);
  if (first === undefined) return undefined;
  const kind = KINDS.get(first.reason);
  return kind && { code: kind.code, detail: kind.sentence(first.index, words(first)) };
}

/** What the tenant is told where the API server refuses an object of the attempt for good. */
export function refusedByCluster(serverMessage: string): StartFault {
  const detail = `The cluster does not accept this job: ${shortened(serverMessage)}. It has to be submitted anew as the cluster can take it.`;
  return { code: 'refused-by-cluster', detail };
}

/** What the tenant is told where the cluster took the job, and creates its pods for now not, by no fault of theirs. */
export function notCreatedFor(serverMessage: string): string {
  return `The cluster creates no pods of this job for now: ${shortened(serverMessage)}.`;
}

function words({ reason, message }: StartSign): string {
  return message === '' ? reason : `${shortened(message)} (${reason})`;
}

/** Without its last full stop: it becomes part of a sentence. */
function shortened(message: string): string {
  const text = message.trim().replace(/\.$/, '');
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}
