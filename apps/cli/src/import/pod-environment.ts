import type { ImportedSpec } from './imported-job.ts';
import type { ManifestPart } from './manifest-part.ts';
import type { NearbyObjects } from './nearby-objects.ts';

/** Variables that Speedspace sets itself, with the same meaning. */
const OURS = new Set(['MASTER_ADDR', 'MASTER_PORT', 'NODE_RANK', 'NNODES', 'WORLD_SIZE', 'JOB_COMPLETION_INDEX']);
/** Variables with which a manifest chooses devices of a node, which a job does by `gpusPerReplica` alone. */
const DEVICES = /^NVIDIA_(VISIBLE_DEVICES|DRIVER_CAPABILITIES)$/;

/** `env` and `envFrom` of a container. A ConfigMap of the same file is written out; a Secret is named. */
export function readEnvironment(container: ManifestPart, spec: ImportedSpec, nearby: NearbyObjects): void {
  const env: Record<string, string> = {};
  const secrets = new Set<string>();
  for (const source of container.parts('envFrom')) {
    const configMap = source.part('configMapRef').text('name');
    const secret = source.part('secretRef').text('name');
    if (secret !== undefined) secrets.add(secret);
    if (configMap !== undefined) Object.assign(env, entriesOf(source, configMap, nearby));
    source.close();
  }
  for (const variable of container.parts('env')) {
    const name = variable.text('name') ?? '';
    const from = variable.part('valueFrom');
    const value = variable.text('value') ?? (variable.has('valueFrom') ? referredValue(name, from, secrets, nearby) : '');
    if (OURS.has(name)) continue;
    if (DEVICES.test(name)) variable.leave(undefined, `${name} is not needed: a pod has the GPUs that gpusPerReplica says.`);
    else if (value !== undefined) env[name] = value;
  }
  if (Object.keys(env).length > 0) spec.env = { ...spec.env, ...env };
  if (secrets.size > 0) spec.envFrom = [...secrets].map((secret) => ({ secret }));
}

function entriesOf(source: ManifestPart, configMap: string, nearby: NearbyObjects): Readonly<Record<string, string>> {
  const entries = nearby.configMap(configMap);
  if (entries !== undefined) return entries;
  source.leave(undefined, `The ConfigMap "${configMap}" is not in the file. List its variables in env.`);
  return {};
}

/** The value of `valueFrom`; undefined if a secret brings it, or nothing does. */
function referredValue(name: string, from: ManifestPart, secrets: Set<string>, nearby: NearbyObjects): string | undefined {
  const secretKey = from.part('secretKeyRef');
  const secret = secretKey.text('name');
  if (secret !== undefined) {
    secrets.add(secret);
    const key = secretKey.text('key');
    if (key !== name)
      from.leave(undefined, `Write the value under the key ${name} of the secret "${secret}": here it is the key ${key ?? ''}.`);
    return undefined;
  }
  const configKey = from.part('configMapKeyRef');
  const configMap = configKey.text('name');
  const value = configMap === undefined ? undefined : nearby.configMap(configMap)?.[configKey.text('key') ?? ''];
  const field = from.part('fieldRef').text('fieldPath');
  if (field === "metadata.annotations['batch.kubernetes.io/job-completion-index']") return '$(NODE_RANK)';
  if (value === undefined)
    from.leave(undefined, `A job file has no such source of a value. Give ${name} a value in env, or set it in the command.`);
  return value;
}
