/** Prefix of the annotations that a tenant may set where the cluster is the simulated one. They direct how it plays the pods. */
export const SIMULATOR_PREFIX = 'sim.speedspace.io/';
/** Kubernetes allows 256 KiB of annotations on an object from all writers together. Our own and Kubernetes' need a part of that. */
const MOST_BYTES = 128 * 1024;
const MOST = 64;

/** The local part of a qualified name (`k8s.io/apimachinery/pkg/util/validation`). Annotation keys are compared in lower case. */
const LOCAL_NAME = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i;

/** What is wrong with the key of an annotation, as part of a sentence: its prefix, or the grammar of a Kubernetes qualified name. */
export function faultOfAnnotationKey(key: string): string | undefined {
  if (!key.startsWith(SIMULATOR_PREFIX)) return 'is not allowed';
  if (LOCAL_NAME.test(key.slice(SIMULATOR_PREFIX.length))) return undefined;
  return 'is not a qualified name: up to 63 letters, digits, "-", "_" and "." follow the "/", a letter or digit first and last';
}

/** What is wrong with all annotations together, as a sentence. */
export function faultOfAnnotations(annotations: Readonly<Record<string, string>>): string | undefined {
  const entries = Object.entries(annotations);
  if (entries.length > MOST) return `There are ${entries.length} annotations; ${MOST} are the most.`;
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return bytes > MOST_BYTES ? `All annotations together have ${bytes} bytes; ${MOST_BYTES} are the most.` : undefined;
}
