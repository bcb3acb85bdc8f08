import type { Pod } from '../objects/workloads.ts';

/** What a kubelet reports of a container that does not start, or of a pod that it rejects. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
}

/** Kubernetes' own words for each trouble of a container that a pod's plan can ask for. */
const MESSAGES: Readonly<Record<string, (pod: Pod) => string>> = {
  InvalidImageName: (pod) =>
    `Failed to apply default image tag "${imageOf(pod)}": couldn't parse image name "${imageOf(pod)}": invalid reference format`,
  ErrImageNeverPull: (pod) => `Container image "${imageOf(pod)}" is not present with pull policy of Never`,
  CreateContainerConfigError: () => 'secret "wandb" not found',
  CreateContainerError: () => 'failed to generate container spec: failed to mkdir "/workspace": permission denied',
  RunContainerError: (pod) => noSuchCommand(pod),
  StartError: (pod) => noSuchCommand(pod),
};

/** The trouble called `reason` as it is reported of `pod`, with `message` instead of the usual one. */
export function troubleOf(pod: Pod, reason: string, message?: string): Trouble {
  return { reason, message: message ?? MESSAGES[reason]?.(pod) ?? '' };
}

/** Why a registry does not serve an image. */
export type PullRefusal = 'not found' | 'unauthorized';

/** A pull that failed, as containerd and the kubelet report it. */
export function failedPull(pod: Pod, refusal: PullRefusal): Trouble {
  const image = imageOf(pod);
  const [code, why] =
    refusal === 'not found'
      ? ['NotFound', `${image}: not found`]
      : ['Unknown', 'failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized'];
  const message = `rpc error: code = ${code} desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${why}`;
  return { reason: 'ErrImagePull', message };
}

/** Between two pulls. */
export function pullBackOff(pod: Pod, refusal: PullRefusal): Trouble {
  const { message } = failedPull(pod, refusal);
  return { reason: 'ImagePullBackOff', message: `Back-off pulling image "${imageOf(pod)}": ErrImagePull: ${message}` };
}

/** The image of the main container. */
export function imageOf(pod: Pod): string {
  return pod.spec.containers[0]?.image ?? '';
}

function noSuchCommand(pod: Pod): string {
  const command = pod.spec.containers[0]?.command?.[0] ?? '/entrypoint';
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${command}": executable file not found in $PATH`;
}
