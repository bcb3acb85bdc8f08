import type { V1EmptyDirVolumeSource, V1EnvVar, V1PodSecurityContext, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { DEFAULT_USER, type JobSpec } from '#jobs';

/** The home directory of every pod. */
const HOME = '/home/user';

/** Who the processes of a pod are, within the restricted Pod Security standard. Volumes are writable for the group. */
export function podSecurity({ runAs = DEFAULT_USER }: Pick<JobSpec, 'runAs'>): V1PodSecurityContext {
  const { user, group } = runAs;
  return { runAsNonRoot: true, runAsUser: user, runAsGroup: group, fsGroup: group, seccompProfile: { type: 'RuntimeDefault' } };
}

/**
 * Directories that every user can write to, whatever the image has in their place: `/tmp`, the home directory, and `/dev/shm` where the job
 * asks for its size. They end with the pod.
 */
export function writableDirectories({ shmBytes }: Pick<JobSpec, 'shmBytes'>): { volumes: V1Volume[]; volumeMounts: V1VolumeMount[] } {
  const directories: { readonly name: string; readonly mountPath: string; readonly emptyDir: V1EmptyDirVolumeSource }[] = [
    { name: 'speedspace-tmp', mountPath: '/tmp', emptyDir: {} },
    { name: 'speedspace-home', mountPath: HOME, emptyDir: {} },
    ...(shmBytes === undefined
      ? []
      : [{ name: 'speedspace-shm', mountPath: '/dev/shm', emptyDir: { medium: 'Memory', sizeLimit: String(shmBytes) } }]),
  ];
  return {
    volumes: directories.map(({ name, emptyDir }) => ({ name, emptyDir })),
    volumeMounts: directories.map(({ name, mountPath }) => ({ name, mountPath })),
  };
}

/** What programs ask of the user they run as. Most images do not know the user, so their runtime would name `/` as its home. */
export function userVariables({ env }: Pick<JobSpec, 'env'>): V1EnvVar[] {
  return [
    { name: 'HOME', value: HOME },
    { name: 'USER', value: 'user' },
  ].filter(({ name }) => !Object.hasOwn(env, name));
}
