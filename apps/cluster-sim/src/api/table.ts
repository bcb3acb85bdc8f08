import type { KubeObject } from '../objects/kube-object.ts';
import type { Job, Node, Pod } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import type { Resource } from '../schema/resources.ts';
import { EVENTS, JOBS, LEASES, NAMESPACES, NODES, PODS, QUOTAS, SERVICES, VOLUME_CLAIMS, apiVersionOf } from '../schema/resources.ts';

interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer';
  readonly format?: string;
  /** Above 0: only with `-o wide`. */
  readonly priority: number;
  readonly of: (object: KubeObject, now: number) => string | number;
}

/** What tables show of objects is text and numbers. */
type Fields = Readonly<Record<string, string | undefined>>;

function column(name: string, of: Column['of'], more: Partial<Column> = {}): Column {
  return { name, type: 'string', priority: 0, of, ...more };
}

const NAME = column('Name', ({ metadata }) => metadata.name, { format: 'name' });
const AGE = column('Age', ({ metadata }, now) => since(metadata.creationTimestamp, now));
const WIDE = { priority: 1 } as const;

const COLUMNS: ReadonlyMap<Resource, readonly Column[]> = new Map([
  [NAMESPACES, [NAME, column('Status', ({ status }) => (status as Fields | undefined)?.phase ?? ''), AGE]],
  [
    PODS,
    [
      NAME,
      column('Ready', (object) => readiness(object as Pod)),
      column('Status', (object) => podReason(object as Pod)),
      column('Restarts', (object) =>
        ((object as Pod).status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
      ),
      AGE,
      column('IP', (object) => (object as Pod).status.podIP ?? '<none>', WIDE),
      column('Node', (object) => (object as Pod).spec.nodeName ?? '<none>', WIDE),
      column('Nominated Node', () => '<none>', WIDE),
      column('Readiness Gates', () => '<none>', WIDE),
    ],
  ],
  [
    NODES,
    [
      NAME,
      column('Status', (object) => nodeStatus(object as Node)),
      column('Roles', () => '<none>'),
      AGE,
      column('Version', (object) => ((object as Node).status.nodeInfo as Fields | undefined)?.kubeletVersion ?? ''),
    ],
  ],
  [
    JOBS,
    [
      NAME,
      column('Status', (object) => jobStatus(object as Job)),
      column('Completions', (object) => `${(object as Job).status?.succeeded ?? 0}/${(object as Job).spec.completions ?? 1}`),
      column('Duration', (object, now) => jobDuration(object as Job, now)),
      AGE,
      column('Containers', (object) => (object as Job).spec.template.spec.containers.map(({ name }) => name).join(','), WIDE),
      column('Images', (object) => (object as Job).spec.template.spec.containers.map(({ image }) => image ?? '').join(','), WIDE),
    ],
  ],
  [
    SERVICES,
    [
      NAME,
      column('Type', ({ spec }) => (spec as Fields | undefined)?.type ?? ''),
      column('Cluster-IP', ({ spec }) => (spec as Fields | undefined)?.clusterIP ?? '<none>'),
      column('External-IP', () => '<none>'),
      column(
        'Port(s)',
        ({ spec }) =>
          ((spec as { ports?: { port: number; protocol: string }[] } | undefined)?.ports ?? [])
            .map(({ port, protocol }) => `${port}/${protocol}`)
            .join(',') || '<none>',
      ),
      AGE,
    ],
  ],
  [
    EVENTS,
    [
      column('Last Seen', (object, now) => since(String((object as unknown as Fields).lastTimestamp), now)),
      column('Type', (object) => String((object as unknown as Fields).type)),
      column('Reason', (object) => String((object as unknown as Fields).reason)),
      column('Object', (object) => {
        const { kind, name } = (object as unknown as { involvedObject: Fields }).involvedObject;
        return `${String(kind).toLowerCase()}/${String(name)}`;
      }),
      column('Message', (object) => String((object as unknown as Fields).message)),
      column('Name', ({ metadata }) => metadata.name, WIDE),
    ],
  ],
  [
    VOLUME_CLAIMS,
    [
      NAME,
      column('Status', ({ status }) => (status as Fields | undefined)?.phase ?? ''),
      column('Volume', ({ spec }) => (spec as Fields | undefined)?.volumeName ?? ''),
      column('Capacity', ({ status }) => (status as { capacity?: { storage?: string } } | undefined)?.capacity?.storage ?? ''),
      AGE,
    ],
  ],
  [LEASES, [NAME, column('Holder', ({ spec }) => (spec as Fields | undefined)?.holderIdentity ?? ''), AGE]],
  [
    QUOTAS,
    [
      NAME,
      AGE,
      column('Used', ({ status }) => {
        const { hard = {}, used = {} } = (status ?? {}) as { hard?: Record<string, string>; used?: Record<string, string> };
        return Object.entries(hard)
          .map(([name, most]) => `${name}: ${used[name] ?? '0'}/${most}`)
          .join(', ');
      }),
    ],
  ],
]);

/** Objects as the table `kubectl get` prints. */
export function tableOf(resource: Resource, objects: readonly KubeObject[], metadata: object, now: number, includeObject: string): object {
  const columns = COLUMNS.get(resource) ?? [NAME, AGE];
  const shown = (object: KubeObject): object | undefined => {
    if (includeObject === 'None') return undefined;
    return includeObject === 'Object' ? object : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
  };
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, format = '', priority }) => ({
      name,
      type,
      format,
      description: `${name} of ${apiVersionOf(resource)} ${resource.kind}`,
      priority,
    })),
    rows: objects.map((object) => ({ cells: columns.map(({ of }) => of(object, now)), object: shown(object) })),
  };
}

/** Whether the client takes tables (and what of objects it wants in them). */
export function wantsTable(accept: string): boolean {
  return /as=Table/.test(accept.split(',')[0] ?? '');
}

function since(time: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
  if (Number.isNaN(seconds)) return '<unknown>';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

function readiness(pod: Pod): string {
  const statuses = pod.status.containerStatuses ?? [];
  return `${statuses.filter(({ ready }) => ready).length}/${pod.spec.containers.length}`;
}

function podReason(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined && !isTerminal(pod)) return 'Terminating';
  if (pod.status.reason !== undefined) return pod.status.reason;
  for (const { state } of pod.status.containerStatuses ?? []) {
    const reason = state.waiting?.reason ?? state.terminated?.reason;
    if (reason !== undefined) return reason;
  }
  const gated = pod.status.conditions?.find(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return gated?.reason ?? pod.status.phase;
}

function nodeStatus({ spec, status }: Node): string {
  const ready = status.conditions.find(({ type }) => type === 'Ready')?.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable === true ? `${ready},SchedulingDisabled` : ready;
}

function jobStatus({ metadata, status }: Job): string {
  const holds = (type: string): boolean => status?.conditions?.some((each) => each.type === type && each.status === 'True') === true;
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  if (holds('FailureTarget')) return 'FailureTarget';
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function jobDuration({ status }: Job, now: number): string {
  if (status?.startTime === undefined) return '';
  return since(status.startTime, status.completionTime === undefined ? now : Date.parse(status.completionTime));
}
