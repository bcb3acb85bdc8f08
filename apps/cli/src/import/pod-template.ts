import type { ImportedSpec } from './imported-job.ts';
import type { ManifestPart } from './manifest-part.ts';
import type { NearbyObjects } from './nearby-objects.ts';
import { readEnvironment } from './pod-environment.ts';
import { isDevice, readResources } from './pod-resources.ts';
import { readUser } from './pod-user.ts';
import { readVolumes } from './pod-volumes.ts';

/** Containers that hold the user's program in the manifests of the training operators. */
const MAIN_NAMES = new Set(['main', 'pytorch', 'node', 'trainer', 'train', 'training']);
const SIMULATOR_PREFIX = 'sim.speedspace.io/';

const POD_ADVICE = {
  initContainers: 'Prepare at the start of the command.',
  hostNetwork: 'Pods have a network of their own and reach each other at MASTER_ADDR.',
  hostIPC: 'Write shm for shared memory.',
  hostPID: 'A pod sees its own processes only.',
  affinity: 'The park places the pods: write topology for one rack or switch.',
  serviceAccountName: 'Pods have no access to the Kubernetes API.',
  priorityClassName: 'Write priority: low, normal or high.',
  schedulerName: 'The park schedules the job.',
  topologySpreadConstraints: 'The park places the pods.',
  dnsConfig: 'The park sets the DNS.',
  dnsPolicy: 'The park sets the DNS.',
  hostAliases: 'The park sets the DNS.',
  tolerations: 'The GPU class has the tolerations that its nodes need.',
};
const CONTAINER_ADVICE = {
  ports: 'Pods of a job reach each other on every port, and nobody reaches them from outside.',
  lifecycle: 'Write the steps into the command.',
  livenessProbe: 'A job ends when its command ends.',
  readinessProbe: 'A job has no readiness.',
  startupProbe: 'A job has no readiness.',
};

/** What a pod template says, in the words of a job file. */
export interface ImportedPod {
  readonly spec: ImportedSpec;
  readonly annotations: Record<string, string>;
  readonly resourceName: string | undefined;
  readonly nodeSelector: Record<string, string>;
}

/** Reads a pod template: `metadata` and `spec`. */
export function readPodTemplate(template: ManifestPart, nearby: NearbyObjects): ImportedPod {
  const metadata = template.part('metadata');
  const annotations = Object.fromEntries(Object.entries(metadata.texts('annotations')).filter(([key]) => key.startsWith(SIMULATOR_PREFIX)));
  const pod = template.part('spec');
  template.close();
  const container = mainContainerOf(pod);
  const spec: ImportedSpec = {};
  const image = container?.text('image');
  if (image !== undefined) spec.image = image;
  const command = container?.words('command');
  if (command !== undefined) spec.command = command;
  const args = container?.words('args');
  if (args !== undefined) spec.args = args;
  const workingDir = container?.text('workingDir');
  if (workingDir !== undefined) spec.workingDir = workingDir;
  let resourceName: string | undefined;
  if (container !== undefined) {
    readEnvironment(container, spec, nearby);
    resourceName = readResources(container.part('resources'), spec);
    readVolumes(pod, container, spec, nearby);
  }
  readUser(pod.part('securityContext'), container?.part('securityContext'), spec);
  const pullSecrets = pod.parts('imagePullSecrets').flatMap((secret) => secret.text('name') ?? []);
  if (pullSecrets.length > 0) spec.imagePullSecrets = pullSecrets;
  const grace = pod.number('terminationGracePeriodSeconds');
  if (grace !== undefined) spec.checkpoint = { grace: `${grace}s` };
  const deadline = pod.number('activeDeadlineSeconds');
  if (deadline !== undefined) spec.maxRuntime = `${deadline}s`;
  const nodeSelector = pod.texts('nodeSelector');
  pod.ignore('restartPolicy', 'automountServiceAccountToken', 'enableServiceLinks', 'subdomain', 'hostname', 'runtimeClassName');
  pod.close(POD_ADVICE);
  container?.ignore('name', 'imagePullPolicy', 'tty', 'stdin', 'terminationMessagePath', 'terminationMessagePolicy');
  container?.close(CONTAINER_ADVICE);
  return { spec, annotations, resourceName, nodeSelector };
}

/** The container that asks for devices, or has the name of a main container, or is the first. The others are left out. */
function mainContainerOf(pod: ManifestPart): ManifestPart | undefined {
  const containers = pod.parts('containers');
  const asksForDevice = (container: ManifestPart): boolean => Object.keys(limitsOf(container.take('resources'))).some(isDevice);
  const main =
    containers.find(asksForDevice) ?? containers.find((container) => MAIN_NAMES.has(container.text('name') ?? '')) ?? containers[0];
  for (const other of containers.filter((container) => container !== main)) {
    other.leave(
      undefined,
      `A pod has one container: "${other.text('name') ?? ''}" is not in the job file. Start its program in the command.`,
    );
  }
  return main;
}

function limitsOf(resources: unknown): Record<string, unknown> {
  const { limits, requests } = (typeof resources === 'object' && resources !== null ? resources : {}) as Record<string, unknown>;
  return { ...(requests as object | undefined), ...(limits as object | undefined) };
}
