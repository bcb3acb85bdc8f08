import type { KubeObject } from '../objects/kube-object.ts';
import { badRequest } from './status.ts';

export type ObjectFilter = (object: KubeObject) => boolean;

const TERM = /^\s*(!?)\s*([^\s=!(),]+)\s*(?:(==|=|!=)\s*([^\s,()]*)|\s+(in|notin)\s*\(([^)]*)\))?\s*$/;

/** A label selector as the query string carries it. */
export function labelFilter(selector: string): ObjectFilter {
  const terms = selector
    .split(/,(?![^(]*\))/)
    .filter((term) => term.trim() !== '')
    .map(labelTerm);
  return ({ metadata }) => terms.every((matches) => matches(metadata.labels ?? {}));
}

function labelTerm(term: string): (labels: Readonly<Record<string, string>>) => boolean {
  const match = TERM.exec(term);
  if (match === null) throw badRequest(`unable to parse requirement: ${JSON.stringify(term)}`);
  const [, not, key = '', operator, value, set, values = ''] = match;
  if (operator !== undefined) return (labels) => (labels[key] === value) === (operator !== '!=');
  if (set !== undefined) {
    const listed = new Set(values.split(',').map((each) => each.trim()));
    return (labels) => (key in labels && listed.has(labels[key] ?? '')) === (set === 'in');
  }
  return (labels) => key in labels === (not === '');
}

const FIELDS: Readonly<Record<string, (object: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>) => unknown>> = {
  'metadata.name': ({ metadata }) => metadata?.name,
  'metadata.namespace': ({ metadata }) => metadata?.namespace,
  'status.phase': ({ status }) => status?.phase,
  'status.podIP': ({ status }) => status?.podIP,
  'status.successful': ({ status }) => status?.succeeded ?? 0,
  'spec.nodeName': ({ spec }) => spec?.nodeName,
  'spec.restartPolicy': ({ spec }) => spec?.restartPolicy,
  'spec.schedulerName': ({ spec }) => spec?.schedulerName,
  'spec.serviceAccountName': ({ spec }) => spec?.serviceAccountName,
  'spec.unschedulable': ({ spec }) => spec?.unschedulable ?? false,
  type: (object) => object.type,
  reason: (object) => object.reason,
  'involvedObject.kind': ({ involvedObject }) => involvedObject?.kind,
  'involvedObject.name': ({ involvedObject }) => involvedObject?.name,
  'involvedObject.namespace': ({ involvedObject }) => involvedObject?.namespace,
  'involvedObject.uid': ({ involvedObject }) => involvedObject?.uid,
  'involvedObject.apiVersion': ({ involvedObject }) => involvedObject?.apiVersion,
  'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject?.resourceVersion,
  'involvedObject.fieldPath': ({ involvedObject }) => involvedObject?.fieldPath,
};

/** A field selector as the query string carries it; a field that cannot be selected by is refused. */
export function fieldFilter(selector: string): ObjectFilter {
  const terms = selector
    .split(',')
    .filter((term) => term.trim() !== '')
    .map((term) => {
      const match = /^\s*([A-Za-z.]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(term);
      if (match === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
      const [, field = '', operator, value = ''] = match;
      const read = FIELDS[field];
      if (read === undefined) throw badRequest(`field label not supported: ${field}`);
      return (object: KubeObject) => (((read(object as never) ?? '') as string) === value) === (operator !== '!=');
    });
  return (object) => terms.every((matches) => matches(object));
}

/** Both selectors of a request; undefined when it selects everything. */
export function requestFilter(query: URLSearchParams): ObjectFilter | undefined {
  const [labels, fields] = [query.get('labelSelector') ?? '', query.get('fieldSelector') ?? ''];
  if (labels === '' && fields === '') return undefined;
  const [byLabel, byField] = [labelFilter(labels), fieldFilter(fields)];
  return (object) => byLabel(object) && byField(object);
}
