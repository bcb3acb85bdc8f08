import { formatDuration } from '#kernel';
import { UsageError } from '../failures.ts';
import { type Imported, type ImportedJob, type ImportedSpec, labelFrom, type LeftOut } from './imported-job.ts';
import { ManifestPart } from './manifest-part.ts';
import { NearbyObjects } from './nearby-objects.ts';
import { type ImportedPod, readPodTemplate } from './pod-template.ts';

/** A job file retries ten times at most. */
const MOST_RETRIES = 10;

/**
 * What Kubeflow's operators set for torchrun (`torch/distributed/run.py` reads the arguments from `PET_*`), from the variables of
 * Speedspace; and the rank of the pod for programs that read it without torchrun.
 */
const OPERATOR_ENVIRONMENT = {
  PET_NNODES: '$(NNODES)',
  PET_NODE_RANK: '$(NODE_RANK)',
  PET_MASTER_ADDR: '$(MASTER_ADDR)',
  PET_MASTER_PORT: '$(MASTER_PORT)',
  RANK: '$(NODE_RANK)',
};

type Reader = (manifest: ManifestPart, nearby: NearbyObjects) => ImportedJob;

const READERS: Readonly<Record<string, Reader>> = {
  Job: (manifest, nearby) => readJob(manifest, manifest.part('spec'), nearby),
  CronJob: readCronJob,
  Pod: readPod,
  PyTorchJob: readPyTorchJob,
  TrainJob: readTrainJob,
};

/** Objects that accompany a job in a file, and what takes their place. */
const COMPANIONS: Readonly<Record<string, string>> = {
  ConfigMap: 'Its variables are written into env. Build files into the image, or keep them in a secret of files.',
  Secret: 'Keep it as a secret of your company: mss secret create.',
  PersistentVolumeClaim: 'The job file names the volume with its size, where a pod mounts it.',
  Service: 'Pods of a job find each other at MASTER_ADDR and MASTER_PORT.',
  Namespace: 'A job runs in the namespace of your company.',
  LocalQueue: 'Each GPU class has one queue.',
  ServiceAccount: 'Pods have no access to the Kubernetes API.',
};

/**
 * The jobs of a file of Kubernetes objects.
 * @throws UsageError if there is none that a job file can say
 */
export function importManifests(file: string, documents: readonly unknown[]): Imported {
  const leftOut: LeftOut[] = [];
  const nearby = new NearbyObjects(documents);
  const jobs: ImportedJob[] = [];
  documents.forEach((document, index) => {
    const manifest = new ManifestPart(document, documents.length === 1 ? '' : `/${index}`, leftOut);
    const kind = manifest.text('kind') ?? '';
    const read = READERS[kind];
    if (read === undefined) manifest.leave(undefined, COMPANIONS[kind] ?? `mss does not read the kind "${kind}".`);
    else {
      manifest.ignore('apiVersion', 'status');
      jobs.push(read(manifest, nearby));
      manifest.close();
    }
  });
  if (jobs.length > 0) return { jobs, leftOut };
  throw new UsageError(
    `${file} has no ${new Intl.ListFormat('en', { type: 'disjunction' }).format(Object.keys(READERS))}.`,
    'Give a manifest of one of these kinds, or a Slurm script whose first line is #!.',
  );
}

function nameOf(manifest: ManifestPart): string {
  const metadata = manifest.part('metadata');
  return labelFrom(metadata.text('name') ?? metadata.text('generateName') ?? 'job');
}

/** Kubernetes expands it in commands and in the values of variables. */
const MASTER = '$(MASTER_ADDR)';

/** `spec` with the address of a Job's first pod, as a headless Service gives it, replaced by that of this job's first pod. */
function withMasterAddress(spec: ImportedSpec, job: string): ImportedSpec {
  const address = new RegExp(
    String.raw`(?<![\w.-])${RegExp.escape(job)}-0\.[a-z0-9-]+(?:\.[a-z0-9-]+(?:\.svc(?:\.[a-z0-9.-]+)?)?)?(?![\w.-])`,
    'g',
  );
  const replaced = (text: string): string => text.replaceAll(address, () => MASTER);
  return {
    ...spec,
    ...(spec.command !== undefined && { command: spec.command.map(replaced) }),
    ...(spec.args !== undefined && { args: spec.args.map(replaced) }),
    ...(spec.env !== undefined && { env: Object.fromEntries(Object.entries(spec.env).map(([name, text]) => [name, replaced(text)])) }),
  };
}

const imported = (manifest: ManifestPart, { spec, annotations, resourceName, nodeSelector }: ImportedPod): ImportedJob => ({
  name: nameOf(manifest),
  annotations: { ...annotations },
  spec: { ...spec, ...(spec.maxRuntime !== undefined && { maxRuntime: formatDuration(Number.parseInt(spec.maxRuntime, 10)) }) },
  resourceName,
  nodeSelector,
});

function readPod(manifest: ManifestPart, nearby: NearbyObjects): ImportedJob {
  return imported(manifest, readPodTemplate(manifest, nearby));
}

/** `spec` of a batch/v1 Job; more completions than run at once are an array. */
function readJob(manifest: ManifestPart, spec: ManifestPart, nearby: NearbyObjects): ImportedJob {
  const pod = readPodTemplate(spec.part('template'), nearby);
  const parallelism = spec.number('parallelism') ?? 1;
  const completions = spec.number('completions') ?? parallelism;
  const shape: ImportedSpec =
    completions > parallelism
      ? { array: { indices: `0-${completions - 1}`, ...(parallelism > 0 && { parallelism }) } }
      : { replicas: Math.max(1, completions) };
  readRetries(spec, 'backoffLimit', shape);
  const deadline = spec.number('activeDeadlineSeconds');
  if (deadline !== undefined) shape.maxRuntime = `${deadline}s`;
  spec.ignore('completionMode', 'ttlSecondsAfterFinished', 'suspend', 'selector', 'manualSelector', 'podReplacementPolicy');
  spec.close({
    podFailurePolicy: 'A pod that the platform took away does not count against retries.',
    backoffLimitPerIndex: 'Write retries.',
    successPolicy: 'A job succeeds when all of its pods do.',
  });
  const job = manifest.part('metadata').text('name') ?? '';
  return imported(manifest, { ...pod, spec: { ...withMasterAddress(pod.spec, job), ...shape } });
}

function readRetries(part: ManifestPart, field: string, spec: ImportedSpec): void {
  const retries = part.number(field);
  if (retries === undefined) return;
  spec.retries = Math.min(retries, MOST_RETRIES);
  if (retries > MOST_RETRIES) part.leave(field, `${MOST_RETRIES} retries are the most.`);
}

function readCronJob(manifest: ManifestPart, nearby: NearbyObjects): ImportedJob {
  const spec = manifest.part('spec');
  const cron = spec.text('schedule') ?? '';
  const timeZone = spec.text('timeZone');
  const template = spec.part('jobTemplate');
  const job = readJob(manifest, template.part('spec'), nearby);
  template.ignore('metadata');
  template.close();
  spec.ignore('successfulJobsHistoryLimit', 'failedJobsHistoryLimit', 'suspend');
  if (spec.text('concurrencyPolicy') === 'Replace') spec.leave('concurrencyPolicy', 'A run is left out while the former one is open.');
  spec.ignore('concurrencyPolicy');
  spec.close({ startingDeadlineSeconds: 'A run that was missed is left out.' });
  return { ...job, spec: { ...job.spec, schedule: { cron, ...(timeZone !== undefined && { timeZone }) } } };
}

/** Master and workers are the pods of one gang. They run the same template; where they differ, the workers' differences are told. */
function readPyTorchJob(manifest: ManifestPart, nearby: NearbyObjects): ImportedJob {
  const spec = manifest.part('spec');
  const replicaSpecs = spec.part('pytorchReplicaSpecs');
  const roles = ['Master', 'Worker'].filter((role) => replicaSpecs.has(role)).map((role) => replicaSpecs.part(role));
  const pods = roles.map((role, index) => {
    // What the first template leaves out is told once.
    const template = new ManifestPart(role.take('template'), `${role.pointer}/template`, index === 0 ? role.leftOut : []);
    const pod = readPodTemplate(template, nearby);
    const replicas = role.number('replicas') ?? 1;
    role.ignore('restartPolicy');
    role.close();
    return { role, replicas, pod };
  });
  const [first, second] = pods;
  if (first === undefined) throw new UsageError('The PyTorchJob has neither a Master nor a Worker.', 'Write spec.pytorchReplicaSpecs.');
  if (second !== undefined && JSON.stringify(first.pod) !== JSON.stringify(second.pod)) {
    second.role.leave('template', 'All pods of a job have one template: that of the Master is taken. See NODE_RANK for what differs.');
  }
  const perPod = first.pod.spec.gpusPerReplica ?? 1;
  const perNode = spec.text('nprocPerNode');
  const policy = spec.part('runPolicy');
  const shape: ImportedSpec = { replicas: pods.reduce((sum, { replicas }) => sum + replicas, 0) };
  readRetries(policy, 'backoffLimit', shape);
  const deadline = policy.number('activeDeadlineSeconds');
  if (deadline !== undefined) shape.maxRuntime = `${deadline}s`;
  policy.ignore('cleanPodPolicy', 'ttlSecondsAfterFinished', 'suspend', 'schedulingPolicy');
  policy.close();
  spec.close({ elasticPolicy: 'A gang has all of its pods or none.' });
  replicaSpecs.close();
  const env = { ...OPERATOR_ENVIRONMENT, PET_NPROC_PER_NODE: numeric(perNode) ?? String(perPod), ...first.pod.spec.env };
  return imported(manifest, { ...first.pod, spec: { ...first.pod.spec, ...shape, env } });
}

/** Of `auto`, `gpu` and `cpu`, Kubeflow makes the number of GPUs too. */
const numeric = (text: string | undefined): string | undefined => (text !== undefined && /^\d{1,4}$/.test(text) ? text : undefined);

/** Kubeflow Trainer's TrainJob: the runtime it names has the template, so the image must be in the manifest. */
function readTrainJob(manifest: ManifestPart, nearby: NearbyObjects): ImportedJob {
  const spec = manifest.part('spec');
  const trainer = spec.part('trainer');
  // A trainer has the fields of a container, and resourcesPerNode in place of resources.
  const container = { ...(spec.take('trainer') as object | undefined), resources: trainer.take('resourcesPerNode') };
  const template = new ManifestPart({ spec: { containers: [container] } }, trainer.pointer, []);
  const pod = readPodTemplate(template, nearby);
  trainer.ignore('image', 'command', 'args', 'env', 'resourcesPerNode');
  const nodes = trainer.number('numNodes') ?? 1;
  const perNode = numeric(trainer.text('numProcPerNode'));
  trainer.close();
  const runtime = spec.part('runtimeRef').text('name');
  if (pod.spec.image === undefined) {
    spec.leave('runtimeRef', `The runtime "${runtime ?? ''}" has the image: give it with --image.`);
  }
  spec.ignore('suspend', 'managedBy', 'labels', 'annotations');
  spec.close({
    initializer: 'Fetch model and data at the start of the command.',
    podTemplateOverrides: 'Write files and envFrom in the job file.',
    podSpecOverrides: 'Write files and envFrom in the job file.',
  });
  const env = { ...OPERATOR_ENVIRONMENT, PET_NPROC_PER_NODE: perNode ?? String(pod.spec.gpusPerReplica ?? 1), ...pod.spec.env };
  return imported(manifest, { ...pod, spec: { ...pod.spec, replicas: nodes, env } });
}
