const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** Whether Kubernetes takes it as the name of most objects: labels of lower-case letters, digits and "-", joined by ".". */
export function isSubdomain(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN.test(name);
}

/** Whether Kubernetes takes it as the key of a label or a taint: a name of at most 63 characters, after an optional `domain/`. */
export function isLabelKey(key: string): boolean {
  const [first = '', second, ...more] = key.split('/');
  if (second === undefined) return NAME.test(first);
  return more.length === 0 && isSubdomain(first) && NAME.test(second);
}

/** Whether Kubernetes takes it as the value of a label or a taint. */
export function isLabelValue(value: string): boolean {
  return value === '' || NAME.test(value);
}
