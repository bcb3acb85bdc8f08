import type { Json, JsonObject } from '../objects/kube-object.ts';
import { isObject } from '../validation/decode.ts';
import type { Resource } from './resources.ts';
import { JOBS, NAMESPACES, NETWORK_POLICIES, PODS, PRIORITY_CLASSES, SECRETS, SERVICES, VOLUME_CLAIMS } from './resources.ts';

/** `object` with the defaults the API server fills in when it reads one of this resource. */
export function withDefaults(resource: Resource, object: JsonObject): JsonObject {
  switch (resource) {
    case PODS:
      return { ...object, spec: podSpecDefaults(part(object, 'spec')) };
    case JOBS:
      return { ...object, spec: jobSpecDefaults(part(object, 'spec')) };
    case SERVICES:
      return { ...object, spec: serviceDefaults(part(object, 'spec')) };
    case SECRETS:
      return secretDefaults(object);
    case NAMESPACES:
      return { ...object, spec: { finalizers: ['kubernetes'], ...part(object, 'spec') } };
    case VOLUME_CLAIMS:
      return { ...object, spec: { volumeMode: 'Filesystem', ...part(object, 'spec') } };
    case NETWORK_POLICIES:
      return { ...object, spec: networkPolicyDefaults(part(object, 'spec')) };
    case PRIORITY_CLASSES:
      return { preemptionPolicy: 'PreemptLowerPriority', ...object };
    default:
      return object;
  }
}

function part(object: JsonObject, field: string): JsonObject {
  const value = object[field];
  return isObject(value) ? value : {};
}

function items(value: Json | undefined, change: (item: JsonObject) => JsonObject): Json[] {
  return Array.isArray(value) ? value.map((item) => (isObject(item) ? change(item) : item)) : [];
}

function podSpecDefaults(spec: JsonObject): JsonObject {
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
    securityContext: {},
    ...spec,
    ...(spec.containers === undefined ? {} : { containers: items(spec.containers, containerDefaults) }),
    ...(spec.initContainers === undefined ? {} : { initContainers: items(spec.initContainers, containerDefaults) }),
    ...(spec.volumes === undefined ? {} : { volumes: items(spec.volumes, volumeDefaults) }),
  };
}

const READ_WRITE_BY_ALL = 0o644;

function volumeDefaults(volume: JsonObject): JsonObject {
  const result = { ...volume };
  for (const kind of ['configMap', 'secret', 'downwardAPI', 'projected']) {
    if (isObject(result[kind])) result[kind] = { defaultMode: READ_WRITE_BY_ALL, ...result[kind] };
  }
  return result;
}

function containerDefaults(container: JsonObject): JsonObject {
  const image = typeof container.image === 'string' ? container.image : '';
  const latest = !image.includes('@') && (!/:[^/]+$/.test(image) || image.endsWith(':latest'));
  const resources = part(container, 'resources');
  const limits = part(resources, 'limits');
  const requests = { ...limits, ...part(resources, 'requests') };
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    ...container,
    resources: { ...resources, ...(Object.keys(requests).length === 0 ? {} : { requests }) },
    ...(container.ports === undefined ? {} : { ports: items(container.ports, (port) => ({ protocol: 'TCP', ...port })) }),
    ...(container.env === undefined ? {} : { env: items(container.env, envDefaults) }),
  };
}

function envDefaults(env: JsonObject): JsonObject {
  const from = env.valueFrom;
  return isObject(from) && isObject(from.fieldRef)
    ? { ...env, valueFrom: { ...from, fieldRef: { apiVersion: 'v1', ...from.fieldRef } } }
    : env;
}

function jobSpecDefaults(spec: JsonObject): JsonObject {
  const template = part(spec, 'template');
  const single = spec.completions === undefined && spec.parallelism === undefined;
  const perIndex = spec.backoffLimitPerIndex !== undefined;
  const templateSpec = { restartPolicy: '', ...part(template, 'spec') };
  const policy = spec.podFailurePolicy;
  return {
    ...(single ? { completions: 1 } : {}),
    parallelism: 1,
    backoffLimit: perIndex ? 2 ** 31 - 1 : 6,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: policy === undefined ? 'TerminatingOrFailed' : 'Failed',
    ...spec,
    ...(isObject(policy) ? { podFailurePolicy: { ...policy, rules: items(policy.rules, ruleDefaults) } } : {}),
    template: { ...template, spec: podSpecDefaults(templateSpec) },
  };
}

function ruleDefaults(rule: JsonObject): JsonObject {
  return rule.onPodConditions === undefined
    ? rule
    : { ...rule, onPodConditions: items(rule.onPodConditions, (condition) => ({ status: 'True', ...condition })) };
}

function serviceDefaults(spec: JsonObject): JsonObject {
  return {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    ...spec,
    ...(spec.ports === undefined
      ? {}
      : { ports: items(spec.ports, (port) => ({ protocol: 'TCP', ...port, targetPort: port.targetPort ?? port.port ?? 0 })) }),
  };
}

function secretDefaults(secret: JsonObject): JsonObject {
  const { stringData, ...rest } = secret;
  const encoded = isObject(stringData)
    ? Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value as string).toString('base64')]))
    : {};
  const data = { ...part(secret, 'data'), ...encoded };
  return { type: 'Opaque', ...rest, ...(Object.keys(data).length === 0 ? {} : { data }) };
}

function networkPolicyDefaults(spec: JsonObject): JsonObject {
  const ports = (rule: JsonObject): JsonObject =>
    rule.ports === undefined ? rule : { ...rule, ports: items(rule.ports, (port) => ({ protocol: 'TCP', ...port })) };
  return {
    policyTypes: spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'],
    ...spec,
    ...(spec.ingress === undefined ? {} : { ingress: items(spec.ingress, ports) }),
    ...(spec.egress === undefined ? {} : { egress: items(spec.egress, ports) }),
  };
}
