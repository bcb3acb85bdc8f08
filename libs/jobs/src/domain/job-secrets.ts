import type { Secret, SecretKind } from '#secrets';
import { jsonPointer } from '#kernel';
import type { JobFault } from './job-faults.ts';
import type { Mount } from './mount-path.ts';
import type { JobSpec } from './job-spec.ts';

/** The variables of an environment secret. */
export interface SecretVariables {
  readonly secret: string;
}

/** The files of a secret, in a directory of the container. */
export interface SecretFiles {
  readonly secret: string;
  readonly mountPath: string;
}

/** A place in a job file that names a secret of its company. */
export interface SecretReference {
  readonly name: string;
  /** What the secret has to be. */
  readonly kind: SecretKind;
  /** JSON pointer. */
  readonly field: string;
}

/** Every place of `spec` that names a secret. */
export function secretReferences(spec: Pick<JobSpec, 'imagePullSecrets' | 'envFrom' | 'files'>): SecretReference[] {
  const at = (...path: readonly (string | number)[]): string => jsonPointer(['spec', ...path]);
  return [
    ...(spec.imagePullSecrets ?? []).map((name, index) => ({ name, kind: 'registry' as const, field: at('imagePullSecrets', index) })),
    ...(spec.envFrom ?? []).map(({ secret }, index) => ({
      ...{ name: secret, kind: 'environment' as const, field: at('envFrom', index, 'secret') },
    })),
    ...(spec.files ?? []).map(({ secret }, index) => ({ name: secret, kind: 'files' as const, field: at('files', index, 'secret') })),
  ];
}

/** How `mss secret create` calls the kinds. */
const COMMANDS: Readonly<Record<SecretKind, string>> = { registry: 'registry', environment: 'env', files: 'file' };

/** What is wrong with the secrets that a job names, given those that its company has (rule J3). */
export function faultsOfSecrets(references: readonly SecretReference[], present: ReadonlyMap<string, Pick<Secret, 'kind'>>): JobFault[] {
  return references.flatMap(({ name, kind, field }) => {
    const found = present.get(name);
    if (found?.kind === kind) return [];
    const create = `mss secret create ${COMMANDS[kind]} ${name}`;
    if (found === undefined) {
      return [
        { field, detail: `Your company has no secret "${name}".`, remedy: `Create it first: ${create}. "mss secret ls" shows the others.` },
      ];
    }
    const detail = `The secret "${name}" is of the kind ${found.kind}, and this field takes the kind ${kind}.`;
    return [{ field, detail, remedy: `Name a secret of the kind ${kind}, or create one: mss secret create ${COMMANDS[kind]} NAME.` }];
  });
}

/** Where the files of secrets are mounted. */
export function secretMounts({ files = [] }: Pick<JobSpec, 'files'>): Mount[] {
  return files.map(({ mountPath }, index) => ({ mountPath, field: jsonPointer(['spec', 'files', index, 'mountPath']) }));
}
