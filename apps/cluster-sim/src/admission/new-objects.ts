import { without } from '../objects/without.ts';
import type { JsonObject, KubeObject } from '../objects/kube-object.ts';
import type { Job } from '../objects/workloads.ts';
import { CONTROLLER_UID_LABEL, JOB_NAME_LABEL } from '../objects/workloads.ts';
import type { Resource } from '../schema/resources.ts';
import { JOBS, NAMESPACES, SERVICES, VOLUME_CLAIMS } from '../schema/resources.ts';
import type { Simulation } from '../lifecycle/simulation.ts';

const METADATA_NAME_LABEL = 'kubernetes.io/metadata.name';

/** A new object with what the server itself decides at its creation, and without the status a client may not bring. */
export function createdContent(simulation: Simulation, resource: Resource, draft: KubeObject): KubeObject {
  const object = resource.subresources.includes('status') ? without(draft, 'status') : draft;
  switch (resource) {
    case NAMESPACES:
      return {
        ...object,
        metadata: { ...object.metadata, labels: { ...object.metadata.labels, [METADATA_NAME_LABEL]: object.metadata.name } },
        status: { phase: 'Active' },
      };
    case JOBS:
      return newJob(object as Job);
    case SERVICES:
      return withClusterAddress(simulation, object);
    case VOLUME_CLAIMS:
      return boundClaim(object);
    default:
      return object;
  }
}

/** Selector and template labels by which the job finds its pods, unless it brings its own selector. */
function newJob(job: Job): KubeObject {
  const { name, uid } = job.metadata;
  const owned = { [CONTROLLER_UID_LABEL]: uid, 'controller-uid': uid, [JOB_NAME_LABEL]: name, 'job-name': name };
  const { template } = job.spec as Partial<Job['spec']>;
  if (template === undefined || job.spec.manualSelector === true) return { ...job, status: {} };
  const metadata = { ...template.metadata, labels: { ...template.metadata?.labels, ...owned } };
  return {
    ...job,
    spec: { ...job.spec, selector: { matchLabels: { [CONTROLLER_UID_LABEL]: uid } }, template: { ...template, metadata } },
    status: {},
  };
}

function withClusterAddress(simulation: Simulation, service: KubeObject): KubeObject {
  const spec = (service.spec ?? {}) as JsonObject;
  const address = spec.clusterIP ?? `10.96.${Math.floor(simulation.random.next() * 255)}.${1 + Math.floor(simulation.random.next() * 253)}`;
  const addressed = spec.type === 'ExternalName' ? spec : { ...spec, clusterIP: address, clusterIPs: [address] };
  return { ...service, spec: addressed, status: { loadBalancer: {} } };
}

/** Volume claims find a volume at once. */
function boundClaim(claim: KubeObject): KubeObject {
  const spec = (claim.spec ?? {}) as { accessModes?: string[]; resources?: { requests?: Record<string, string> } };
  return {
    ...claim,
    spec: { storageClassName: 'standard', volumeName: `pvc-${claim.metadata.uid}`, ...claim.spec },
    status: { phase: 'Bound', accessModes: spec.accessModes ?? [], capacity: spec.resources?.requests ?? {} },
  };
}
