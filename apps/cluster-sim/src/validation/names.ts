import type { StatusCause } from '../api/status.ts';
import type { Resource } from '../schema/resources.ts';
import { invalidValue } from './published-schema.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SERVICE_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const NAME_RULES = {
  label: { pattern: LABEL, longest: 63, rule: LABEL_RULE },
  service: { pattern: SERVICE, longest: 63, rule: SERVICE_RULE },
  subdomain: { pattern: SUBDOMAIN, longest: 253, rule: SUBDOMAIN_RULE },
} as const;

/** What is wrong with a name under the rule of its resource. */
export function nameCauses(rule: Resource['nameRule'], name: string, field: string): StatusCause[] {
  const { pattern, longest, rule: text } = NAME_RULES[rule];
  if (name.length > longest) return [invalidValue(field, name, `must be no more than ${longest} characters`)];
  return pattern.test(name) ? [] : [invalidValue(field, name, text)];
}

/** What is wrong with a qualified name such as `speedspace.io/job` (label and annotation keys, finalizers, resources). */
export function qualifiedNameCauses(name: string, field: string): StatusCause[] {
  const parts = name.split('/');
  const [prefix, local] = parts.length > 1 ? [parts[0] ?? '', parts[1] ?? ''] : [undefined, name];
  if (parts.length > 2) return [invalidValue(field, name, `a valid label key must have at most one '/': ${QUALIFIED_RULE}`)];
  if (prefix !== undefined && (!SUBDOMAIN.test(prefix) || prefix.length > 253)) {
    return [invalidValue(field, name, `prefix part ${SUBDOMAIN_RULE}`)];
  }
  if (local.length === 0 || local.length > 63) return [invalidValue(field, name, 'name part must be no more than 63 characters')];
  return QUALIFIED.test(local) ? [] : [invalidValue(field, name, QUALIFIED_RULE)];
}

export function labelCauses(labels: Readonly<Record<string, string>> | undefined, field: string): StatusCause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [...qualifiedNameCauses(key, field), ...labelValueCauses(value, field)]);
}

/** What is wrong with the value of a label or a taint. */
export function labelValueCauses(value: string, field: string): StatusCause[] {
  if (value.length > 63) return [invalidValue(field, value, 'must be no more than 63 characters')];
  return value === '' || QUALIFIED.test(value) ? [] : [invalidValue(field, value, VALUE_RULE)];
}

const MOST_ANNOTATION_BYTES = 256 * 1024;

export function annotationCauses(annotations: Readonly<Record<string, string>> | undefined, field: string): StatusCause[] {
  const entries = Object.entries(annotations ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + key.length + Buffer.byteLength(value), 0);
  const causes = entries.flatMap(([key]) => qualifiedNameCauses(key.toLowerCase(), field));
  if (size > MOST_ANNOTATION_BYTES) {
    causes.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${MOST_ANNOTATION_BYTES} bytes`, field });
  }
  return causes;
}
