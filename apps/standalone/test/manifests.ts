import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { PrometheusRule, ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import type { V1Container, V1PodTemplateSpec } from '@kubernetes/client-node';
import { decode } from '../../cluster-sim/src/validation/decode.ts';
import type { JsonObject } from '../../cluster-sim/src/objects/kube-object.ts';

export const DEPLOY = path.resolve(import.meta.dirname, '../../../deploy');

/** Groups by the word that the published schemas have for them. */
const GROUPS: Readonly<Record<string, string>> = {
  '': 'Core',
  apps: 'Apps',
  autoscaling: 'Autoscaling',
  batch: 'Batch',
  policy: 'Policy',
  'networking.k8s.io': 'Networking',
  'rbac.authorization.k8s.io': 'Rbac',
};

/** An object of Kubernetes as it was rendered. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[] }[];
  readonly spec?: { readonly template?: V1PodTemplateSpec } & Readonly<Record<string, unknown>>;
}

interface Validator {
  (data: unknown): boolean;
  errors?: readonly object[] | null;
}

/** What a program wrote and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export async function run(file: string, words: readonly string[], input = ''): Promise<Outcome> {
  const child = spawn(file, words);
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => err.push(part));
  // A program may end without reading its input: its exit code tells how it ended.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

export function manifestsIn(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).flatMap((document) => (document.toJS() ?? []) as Manifest);
}

/** Kinds of the operator of Prometheus, by the schemas of their definitions. */
const PROMETHEUS_OPERATOR = 'monitoring.coreos.com';

/** What is wrong with an object by the published schema of its kind, and which of its fields no version of the kind has. */
export async function faultsOf(manifest: Manifest): Promise<unknown[]> {
  const [version = '', group = ''] = manifest.apiVersion.split('/').reverse();
  if (group === PROMETHEUS_OPERATOR) return faultsOfPrometheus(manifest);
  const model = `V${version.slice(1)}${manifest.kind}`;
  const schema = `IoK8sApi${GROUPS[group] ?? group}${model}`;
  const { validate } = (await import(`kubernetes-models/_schemas/${schema}`)) as { validate: Validator };
  const { unknownFields } = decode(manifest.kind, manifest.apiVersion, model, JSON.parse(JSON.stringify(manifest)) as JsonObject);
  return [...unknownFields, ...(validate(manifest) ? [] : (validate.errors ?? []))];
}

function faultsOfPrometheus(manifest: Manifest): unknown[] {
  const kinds: Readonly<Record<string, new (data: never) => { validate: () => void }>> = { PrometheusRule, ServiceMonitor };
  const Kind = kinds[manifest.kind];
  if (Kind === undefined) return [`${manifest.kind} is unknown`];
  try {
    new Kind(manifest as never).validate();
    return [];
  } catch (error) {
    return [error];
  }
}

/** The object of a kind and name. @throws Error naming it where it was not rendered */
export function named(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

/** Containers of everything that makes pods. */
export function containersOf(manifest: Manifest): V1Container[] {
  return manifest.spec?.template?.spec?.containers ?? [];
}

/** Variables that a process of the manifest gets: values as they are, secrets as `secret/key`. */
export function variablesOf(manifests: readonly Manifest[], of: Manifest): Record<string, string> {
  const [container] = containersOf(of);
  const settings = (container?.envFrom ?? []).map(({ configMapRef }) => named(manifests, 'ConfigMap', configMapRef?.name ?? '').data ?? {});
  const own = (container?.env ?? []).map(({ name, value, valueFrom }) => {
    const { secretKeyRef: secret } = valueFrom ?? {};
    return [name, value ?? `${secret?.name ?? ''}/${secret?.key ?? ''}`];
  });
  return Object.assign({}, ...settings, Object.fromEntries(own)) as Record<string, string>;
}

/** The rights in README's table, as `resource verb`. */
export async function rightsInReadme(): Promise<string[]> {
  const readme = await readFile(path.join(DEPLOY, '../README.md'), 'utf8');
  const [, table = ''] = /the account in the kubeconfig needs[^\n]*\n\n((?:\|[^\n]*\n)+)/.exec(readme) ?? [];
  return table
    .split('\n')
    .slice(2)
    .flatMap((row) => {
      const [, objects = '', verbs = ''] = row.split('|');
      return verbs.split(';').flatMap((part, index) => {
        // A second part names its object itself: `pods/log`: `get`.
        const [before, after] = index === 0 ? [objects.replace(/ in `[^`]*`/, ''), part] : part.split(':');
        return words(before).flatMap((object) => words(after).map((verb) => `${object.split('.')[0] ?? ''} ${verb}`));
      });
    })
    .sort();
}

function words(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

/** The rights that roles give, as `resource verb`. */
export function rightsOf(roles: readonly Manifest[]): string[] {
  const all = roles.flatMap(({ rules = [] }) =>
    rules.flatMap(({ resources, verbs }) => resources.flatMap((object) => verbs.map((verb) => `${object} ${verb}`))),
  );
  return [...new Set(all)].sort();
}
