import { forbidden } from '../api/status.ts';
import type { Pod } from '../objects/workloads.ts';
import { NAMESPACES } from '../schema/resources.ts';
import type { Simulation } from '../lifecycle/simulation.ts';

interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}

interface SecuredContainer {
  readonly name: string;
  readonly securityContext?: SecurityContext;
  readonly ports?: readonly { readonly hostPort?: number }[];
}

interface SecuredSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly containers: readonly SecuredContainer[];
  readonly initContainers?: readonly SecuredContainer[];
}

const RESTRICTED_VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];

/** Pod Security admission: the profile its namespace enforces by label. */
export function refuseInsecurePod(simulation: Simulation, pod: Pod): void {
  const { namespace = '', name } = pod.metadata;
  const profile = simulation.store.get(NAMESPACES, '', namespace)?.object.metadata.labels?.['pod-security.kubernetes.io/enforce'];
  if (profile !== 'baseline' && profile !== 'restricted') return;
  const spec = pod.spec as unknown as SecuredSpec;
  const found = [...baselineBreaches(spec), ...(profile === 'restricted' ? restrictedBreaches(spec) : [])];
  if (found.length > 0) throw forbidden('pods', '', name, `violates PodSecurity "${profile}:latest": ${found.join(', ')}`);
}

function containersOf(spec: SecuredSpec): readonly SecuredContainer[] {
  return [...spec.containers, ...(spec.initContainers ?? [])];
}

function naming(containers: readonly SecuredContainer[]): string {
  return `${containers.length === 1 ? 'container' : 'containers'} ${containers.map(({ name }) => `"${name}"`).join(', ')}`;
}

function baselineBreaches(spec: SecuredSpec): string[] {
  const found: string[] = [];
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  if (shared.length > 0) found.push(`host namespaces (${shared.map((field) => `${field}=true`).join(', ')})`);
  const privileged = containersOf(spec).filter(({ securityContext }) => securityContext?.privileged === true);
  if (privileged.length > 0) found.push(`privileged (${naming(privileged)} must not set securityContext.privileged=true)`);
  const mounts = (spec.volumes ?? []).filter((volume) => 'hostPath' in volume);
  if (mounts.length > 0) found.push(`hostPath volumes (${mounts.map(({ name }) => `volume "${String(name)}"`).join(', ')})`);
  const ported = containersOf(spec).filter(({ ports }) => ports?.some(({ hostPort }) => (hostPort ?? 0) > 0));
  if (ported.length > 0) found.push(`hostPort (${naming(ported)} uses a hostPort)`);
  return found;
}

function restrictedBreaches(spec: SecuredSpec): string[] {
  const found: string[] = [];
  const all = containersOf(spec);
  const where = (breaches: (context: SecurityContext) => boolean): SecuredContainer[] =>
    all.filter(({ securityContext }) => breaches(securityContext ?? {}));
  const escalating = where(({ allowPrivilegeEscalation }) => allowPrivilegeEscalation !== false);
  if (escalating.length > 0)
    found.push(`allowPrivilegeEscalation != false (${naming(escalating)} must set securityContext.allowPrivilegeEscalation=false)`);
  const capable = where(
    ({ capabilities }) =>
      !(capabilities?.drop ?? []).includes('ALL') || (capabilities?.add ?? []).some((each) => each !== 'NET_BIND_SERVICE'),
  );
  if (capable.length > 0) found.push(`unrestricted capabilities (${naming(capable)} must set securityContext.capabilities.drop=["ALL"])`);
  const volumes = (spec.volumes ?? []).filter((volume) => !Object.keys(volume).some((kind) => RESTRICTED_VOLUMES.includes(kind)));
  if (volumes.length > 0)
    found.push(`restricted volume types (${volumes.map(({ name }) => `volume "${String(name)}"`).join(', ')} uses restricted volume type)`);
  const rooted = where(({ runAsNonRoot }) => (runAsNonRoot ?? spec.securityContext?.runAsNonRoot) !== true);
  if (rooted.length > 0) found.push(`runAsNonRoot != true (pod or ${naming(rooted)} must set securityContext.runAsNonRoot=true)`);
  const root = where(({ runAsUser }) => (runAsUser ?? spec.securityContext?.runAsUser) === 0);
  if (root.length > 0) found.push(`runAsUser=0 (pod or ${naming(root)} must not set runAsUser=0)`);
  const unconfined = where(
    ({ seccompProfile }) => !['RuntimeDefault', 'Localhost'].includes((seccompProfile ?? spec.securityContext?.seccompProfile)?.type ?? ''),
  );
  if (unconfined.length > 0)
    found.push(
      `seccompProfile (pod or ${naming(unconfined)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
    );
  return found;
}
