import type {
  V1Affinity,
  V1EnvVar,
  V1Job,
  V1NetworkPolicy,
  V1OwnerReference,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Service,
} from '@kubernetes/client-node';
import { formatCpu } from '#jobs';
import { podSecurity, userVariables, writableDirectories } from './container-settings.ts';
import {
  COMPLETION_INDEX,
  LABELS,
  MAIN_CONTAINER,
  MANAGED_BY,
  METERING_FINALIZER,
  namespaceOf,
  objectNameOf,
  PLACEMENT_GATE,
  RENDEZVOUS_PORT,
} from './names.ts';
import { secretParts } from './secret-objects.ts';
import { podTolerations } from './tolerations.ts';
import type { Workload } from './workload.ts';

/** The controller ends a job at its max runtime; this much later the cluster does, should nobody have. */
const BACKSTOP_SECONDS = 3_600;
/** How long pods of an ended job, and so their logs, are kept. */
const KEPT_SECONDS = 86_400;

/** The `batch/v1` Job of an attempt. */
export function jobObject(workload: Workload): V1Job {
  const { spec } = workload;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(workload),
    spec: {
      completionMode: 'Indexed',
      completions: spec.replicas,
      parallelism: spec.replicas,
      backoffLimit: spec.retries,
      activeDeadlineSeconds: spec.maxRuntimeSeconds + spec.checkpoint.graceSeconds + BACKSTOP_SECONDS,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      podFailurePolicy: {
        // A pod that the platform took away is replaced and not held against the user.
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      template: podTemplate(workload),
    },
  };
}

/** How the pods of a gang find and reach each other; a single pod needs neither. */
export function rendezvousObjects(workload: Workload, owner: V1OwnerReference): [V1Service, V1NetworkPolicy] | [] {
  if (workload.spec.replicas === 1) return [];
  const metadata = { ...metadataOf(workload), ownerReferences: [owner] };
  const ofThisAttempt = { [LABELS.job]: workload.jobId, [LABELS.attempt]: String(workload.attempt) };
  const peers = [{ podSelector: { matchLabels: ofThisAttempt } }];
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        clusterIP: 'None',
        selector: ofThisAttempt,
        ports: [{ name: 'rendezvous', port: RENDEZVOUS_PORT, protocol: 'TCP' }],
        // Peers look each other up before any of them is ready.
        publishNotReadyAddresses: true,
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: ofThisAttempt },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ _from: peers }],
        egress: [{ to: peers }],
      },
    },
  ];
}

function labelsOf(workload: Workload): Record<string, string> {
  return {
    [LABELS.managedBy]: MANAGED_BY,
    [LABELS.tenant]: workload.tenant.slug,
    [LABELS.job]: workload.jobId,
    [LABELS.attempt]: String(workload.attempt),
    [LABELS.gpuClass]: workload.gpuClass.code,
  };
}

function metadataOf(workload: Workload) {
  return { name: objectNameOf(workload), namespace: namespaceOf(workload.tenant.slug), labels: labelsOf(workload) };
}

function podTemplate(workload: Workload): V1PodTemplateSpec {
  return {
    metadata: { labels: labelsOf(workload), annotations: { ...workload.spec.annotations }, finalizers: [METERING_FINALIZER] },
    spec: podSpec(workload),
  };
}

function podSpec(workload: Workload): V1PodSpec {
  const { spec, replica, gpuClass } = workload;
  const resources = {
    [gpuClass.resourceName]: String(replica.gpus),
    cpu: formatCpu(replica.cpuMillis),
    memory: String(replica.memoryBytes),
    ...(replica.ephemeralBytes !== undefined && { 'ephemeral-storage': String(replica.ephemeralBytes) }),
  };
  const { volumes, volumeMounts } = writableDirectories(spec);
  const secrets = secretParts(spec);
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: Math.max(1, spec.checkpoint.graceSeconds),
    nodeSelector: { ...gpuClass.nodeSelector },
    ...decidedPlacement(workload.nodes),
    tolerations: podTolerations(gpuClass),
    ...(gpuClass.runtimeClassName !== null && { runtimeClassName: gpuClass.runtimeClassName }),
    ...(spec.replicas > 1 && { subdomain: objectNameOf(workload) }),
    securityContext: podSecurity(spec),
    ...secrets.pod,
    volumes: [...volumes, ...secrets.volumes],
    containers: [
      {
        name: MAIN_CONTAINER,
        image: spec.image,
        imagePullPolicy: workload.imagePullPolicy,
        ...(spec.command.length > 0 && { command: [...spec.command] }),
        ...(spec.args.length > 0 && { args: [...spec.args] }),
        ...(spec.workingDir !== undefined && { workingDir: spec.workingDir }),
        env: environment(workload),
        ...secrets.container,
        resources: { requests: resources, limits: resources },
        volumeMounts: [...volumeMounts, ...secrets.mounts],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  };
}

/**
 * The scheduling cycle has counted on these nodes, so the pods go nowhere else. A template can name one node for all pods; where
 * there are several, kube-scheduler could distribute the pods of two gangs otherwise than decided, and neither be whole: each
 * pod then waits behind a gate for its own node (`ClusterPods.assignNode`).
 */
function decidedPlacement(nodes: readonly string[]): Pick<V1PodSpec, 'affinity' | 'schedulingGates'> {
  const [node, ...others] = new Set(nodes);
  if (node === undefined) return {};
  return others.length === 0 ? { affinity: onNode(node) } : { schedulingGates: [{ name: PLACEMENT_GATE }] };
}

/** By the node's name, as DaemonSets do: its hostname label may be another. */
export function onNode(node: string): V1Affinity {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      },
    },
  };
}

/**
 * What torchrun and its like ask for, then the user's own: Kubernetes expands `$(MASTER_ADDR)` in a value only by variables before it.
 * `WORLD_SIZE` counts one rank per GPU.
 */
function environment(workload: Workload): V1EnvVar[] {
  const { spec } = workload;
  const name = objectNameOf(workload);
  return [
    { name: 'MASTER_ADDR', value: spec.replicas === 1 ? '127.0.0.1' : `${name}-0.${name}` },
    { name: 'MASTER_PORT', value: String(RENDEZVOUS_PORT) },
    { name: 'NNODES', value: String(spec.replicas) },
    { name: 'WORLD_SIZE', value: String(spec.replicas * spec.gpusPerReplica) },
    { name: 'NODE_RANK', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.annotations['${COMPLETION_INDEX}']` } } },
    ...userVariables(spec),
    ...Object.entries(spec.env).map(([key, value]) => ({ name: key, value })),
  ];
}
