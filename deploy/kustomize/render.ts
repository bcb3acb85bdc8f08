import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { parseAllDocuments, stringify } from 'yaml';
import { deployTools } from '../tools.ts';

/** The manifests that `kustomize/base` holds are the chart's, with its own values: one truth for both. `npm run deploy:kustomize` writes them. */
export const MANIFESTS = path.join(import.meta.dirname, 'base/speedspace.yaml');
const CHART = path.resolve(import.meta.dirname, '../helm/speedspace');
const NAMESPACE = 'speedspace';
const HEADING =
  '# The chart of deploy/helm rendered with its own values. `npm run deploy:kustomize` writes this file: change the chart instead.\n';
/** What has no namespace. */
const OF_THE_CLUSTER = new Set(['ClusterRole', 'ClusterRoleBinding']);

interface Manifest {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: { readonly template?: { readonly metadata?: Metadata } };
}

interface Metadata {
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** The text that belongs into `base/speedspace.yaml`. */
export async function renderedBase(): Promise<string> {
  const { helm } = await deployTools();
  const { stdout } = await promisify(execFile)(helm, ['template', 'speedspace', CHART, '--namespace', NAMESPACE]);
  const manifests = parseAllDocuments(stdout).flatMap((document) => (document.toJS() ?? []) as Manifest);
  for (const { kind, metadata, spec } of manifests) {
    if (!OF_THE_CLUSTER.has(kind)) metadata.namespace ??= NAMESPACE;
    for (const each of [metadata, spec?.template?.metadata ?? {}]) dropHelmsMarks(each);
  }
  const text = HEADING + manifests.map((manifest) => stringify(manifest)).join('---\n');
  return await format(text, { ...(await resolveConfig(MANIFESTS)), parser: 'yaml' });
}

/** Labels and annotations that only Helm reads, or that are true of the chart's own values alone. */
function dropHelmsMarks(metadata: Metadata): void {
  for (const marks of [metadata.labels, metadata.annotations]) {
    for (const name of Object.keys(marks ?? {})) {
      const dropped = name.startsWith('helm.sh/') || name === 'app.kubernetes.io/managed-by' || name.startsWith('checksum/');
      if (dropped) Reflect.deleteProperty(marks ?? {}, name);
    }
  }
  if (Object.keys(metadata.annotations ?? {}).length === 0) delete metadata.annotations;
}

if (process.argv[1] === import.meta.filename) await writeFile(MANIFESTS, await renderedBase());
