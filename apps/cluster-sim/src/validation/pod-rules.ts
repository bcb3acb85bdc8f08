import { parseQuantity } from '#kernel';
import type { StatusCause } from '../api/status.ts';
import { quantity } from '../objects/quantity.ts';
import type { Container, PodSpec } from '../objects/workloads.ts';
import { labelCauses, labelValueCauses, nameCauses, qualifiedNameCauses } from './names.ts';
import { forbiddenValue, invalidValue, required, unsupported } from './published-schema.ts';

const TAINT_EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

interface PodFields extends PodSpec {
  readonly volumes?: readonly { readonly name: string }[];
}

interface ContainerFields extends Container {
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
}

/** The rules for a pod's spec that no schema can say. */
export function podSpecCauses(spec: PodSpec, field: string): StatusCause[] {
  const { volumes = [], containers = [], initContainers = [] } = spec as Partial<PodFields>;
  const causes: StatusCause[] = [];
  if (containers.length === 0) causes.push(required(`${field}.containers`));
  const names = new Set<string>();
  const volumeNames = new Set(volumes.map(({ name }) => name));
  for (const [list, all] of [
    ['initContainers', initContainers],
    ['containers', containers],
  ] as const) {
    for (const [index, container] of all.entries()) {
      const at = `${field}.${list}[${index}]`;
      causes.push(...containerCauses(container, at, volumeNames));
      if (names.has(container.name)) causes.push(duplicate(`${at}.name`, container.name));
      names.add(container.name);
    }
  }
  causes.push(...volumes.flatMap(({ name }, index) => nameCauses('label', name, `${field}.volumes[${index}].name`)));
  causes.push(...labelCauses(spec.nodeSelector, `${field}.nodeSelector`));
  if (spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds < 1) {
    causes.push(invalidValue(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 'must be between 1 and 2147483647, inclusive'));
  }
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    causes.push(
      invalidValue(`${field}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds, 'must be greater than or equal to 0'),
    );
  }
  if (spec.hostname !== undefined) causes.push(...nameCauses('label', spec.hostname, `${field}.hostname`));
  if (spec.runtimeClassName !== undefined) causes.push(...nameCauses('subdomain', spec.runtimeClassName, `${field}.runtimeClassName`));
  if (spec.subdomain !== undefined) causes.push(...nameCauses('label', spec.subdomain, `${field}.subdomain`));
  causes.push(...tolerationCauses(spec, `${field}.tolerations`));
  return causes;
}

function containerCauses(container: ContainerFields, field: string, volumes: ReadonlySet<string>): StatusCause[] {
  const causes: StatusCause[] = [];
  if (container.name !== '') causes.push(...nameCauses('label', container.name, `${field}.name`));
  if ((container.image ?? '') === '') causes.push(required(`${field}.image`));
  else if (container.image?.trim() !== container.image) {
    causes.push(invalidValue(`${field}.image`, container.image, 'must not have leading or trailing whitespace'));
  }
  const seen = new Set<string>();
  for (const [index, { name, valueFrom, value }] of (container.env ?? []).entries()) {
    if (name === '') causes.push(required(`${field}.env[${index}].name`));
    else if (!/^[\x20-\x3c\x3e-\x7e]+$/.test(name)) {
      causes.push(
        invalidValue(
          `${field}.env[${index}].name`,
          name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      );
    }
    if (valueFrom !== undefined && value !== undefined && value !== '') {
      causes.push(invalidValue(`${field}.env[${index}].valueFrom`, '', 'may not be specified when `value` is not empty'));
    }
  }
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    if (!volumes.has(mount.name))
      causes.push({
        reason: 'FieldValueNotFound',
        message: `Not found: ${JSON.stringify(mount.name)}`,
        field: `${field}.volumeMounts[${index}].name`,
      });
    if (seen.has(mount.mountPath))
      causes.push(invalidValue(`${field}.volumeMounts[${index}].mountPath`, mount.mountPath, 'must be unique'));
    seen.add(mount.mountPath);
  }
  for (const [index, port] of (container.ports ?? []).entries()) {
    if (port.containerPort < 1 || port.containerPort > 65535) {
      causes.push(invalidValue(`${field}.ports[${index}].containerPort`, port.containerPort, 'must be between 1 and 65535, inclusive'));
    }
  }
  return [...causes, ...resourceCauses(container, `${field}.resources`)];
}

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage']);

function resourceCauses({ resources }: Container, field: string): StatusCause[] {
  const causes: StatusCause[] = [];
  const { requests = {}, limits = {} } = resources ?? {};
  for (const [list, amounts] of Object.entries({ limits, requests })) {
    for (const [name, text] of Object.entries(amounts)) {
      const at = `${field}.${list}[${name}]`;
      const amount = parseQuantity(text) ?? 0n;
      if (!STANDARD.has(name) && !name.startsWith('hugepages-')) {
        if (!name.includes('/')) causes.push(invalidValue(at, name, 'must be a standard resource type or fully qualified'));
        else causes.push(...qualifiedNameCauses(name, at));
        if (amount % 1000n !== 0n) causes.push(invalidValue(at, text, 'must be an integer'));
      }
      if (amount < 0n) causes.push(invalidValue(at, text, 'must be greater than or equal to 0'));
    }
  }
  for (const [name, text] of Object.entries(requests)) {
    const limit = limits[name];
    const at = `${field}.requests`;
    if (!STANDARD.has(name) && limit === undefined)
      causes.push(required(`${field}.limits[${name}]`, 'Limit must be set for non overcommitable resources'));
    else if (!STANDARD.has(name) && quantity(text) !== quantity(limit))
      causes.push(invalidValue(at, text, `must be equal to ${name} limit of ${String(limit)}`));
    else if (limit !== undefined && quantity(text) > quantity(limit))
      causes.push(invalidValue(at, text, `must be less than or equal to ${name} limit of ${limit}`));
  }
  return causes;
}

function tolerationCauses(spec: PodSpec, field: string): StatusCause[] {
  return (spec.tolerations ?? []).flatMap((toleration, index) => {
    const at = `${field}[${index}]`;
    const { key = '', operator = 'Equal', value = '', effect = '', tolerationSeconds } = toleration;
    if (operator !== 'Equal' && operator !== 'Exists') return [unsupported(`${at}.operator`, operator, ['Equal', 'Exists'])];
    if (key === '' && operator !== 'Exists') {
      return [
        invalidValue(
          `${at}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      ];
    }
    const causes = key === '' ? [] : qualifiedNameCauses(key, `${at}.key`);
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      causes.push(invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === 'Exists' && value !== '') {
      causes.push(invalidValue(`${at}.operator`, operator, "value must be empty when `operator` is 'Exists'"));
    }
    if (operator === 'Equal') causes.push(...labelValueCauses(value, `${at}.value`));
    if (effect !== '' && !TAINT_EFFECTS.includes(effect)) causes.push(unsupported(`${at}.effect`, effect, TAINT_EFFECTS));
    return causes;
  });
}

/** A pod's spec is fixed after creation but for a few fields. */
export function podUpdateCauses(before: PodSpec, after: PodSpec): StatusCause[] {
  const gates = (spec: PodSpec): readonly string[] => (spec.schedulingGates ?? []).map(({ name }) => name);
  if (gates(after).some((gate) => !gates(before).includes(gate))) {
    return [forbiddenValue('spec.schedulingGates', 'only deletion is allowed, but found new scheduling gate')];
  }
  const gated = gates(before).length > 0;
  if (fixedPart(before, gated) === fixedPart(after, gated)) return [];
  return [
    forbiddenValue(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ];
}

function fixedPart(spec: PodSpec, gated: boolean): string {
  const fixed = Object.entries(spec)
    .filter(
      ([name]) =>
        !['activeDeadlineSeconds', 'tolerations', 'schedulingGates', ...(gated ? ['nodeSelector', 'affinity'] : [])].includes(name),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(fixed, (key, value: unknown) => (key === 'image' ? '' : value));
}

export function duplicate(field: string, value: unknown): StatusCause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, field };
}
