import type { ImportedSpec } from './imported-job.ts';
import type { ManifestPart } from './manifest-part.ts';

const SAFE = 'Pods run under the restricted Pod Security standard.';

/** `securityContext` of the pod and of its container, whose user is the stronger one. */
export function readUser(pod: ManifestPart, container: ManifestPart | undefined, spec: ImportedSpec): void {
  const user = container?.number('runAsUser') ?? pod.number('runAsUser');
  const group = container?.number('runAsGroup') ?? pod.number('runAsGroup') ?? pod.number('fsGroup');
  if (user === 0) pod.leave(undefined, 'Pods do not run as root: /tmp and the home directory are writable for the user 1000.');
  else if (user !== undefined) spec.runAs = { user, ...(group !== undefined && group > 0 && { group }) };
  // What a pod is given anyway.
  const given = ['runAsUser', 'runAsGroup', 'fsGroup', 'fsGroupChangePolicy', 'runAsNonRoot', 'seccompProfile', 'allowPrivilegeEscalation'];
  for (const part of [pod, ...(container === undefined ? [] : [container])]) {
    part.ignore(...given);
    part.close({ capabilities: SAFE, privileged: SAFE, readOnlyRootFilesystem: SAFE, sysctls: SAFE });
  }
}
