const GPUS = 'Remove it: GPUs are gpuClass and gpusPerReplica, beside them cpu and memory.';
const PLACE = 'Remove it: the park places the pods on nodes of the gpuClass.';
const SAFE = 'Remove it: pods run under the restricted Pod Security standard, as the unprivileged user of runAs (1000:1000 without it).';

/** Remedies for fields of Kubernetes, or of later versions of Speedspace, that people write into a job file, by JSON pointer. */
const REMEDIES: Readonly<Record<string, string>> = {
  '/status': 'Remove it: "mss show" prints the state of a job.',
  '/metadata/labels': 'Remove them, and distinguish jobs by metadata.name: "mss ls --name" finds a part of it.',
  '/metadata/namespace': 'Remove it: a job runs in the namespace of your company.',
  '/metadata/generateName': 'Write metadata.name; names need not be unique.',
  '/spec/secrets': 'Write envFrom: [{ secret: NAME }] for variables, files: [{ secret: NAME, mountPath: /DIRECTORY }] for files.',
  '/spec/volumes':
    'Remove it: fetch data at the start of the command, for example from object storage, and write results and checkpoints back there; the disk of a pod ends with it.',
  '/spec/rdma': 'Remove it: pods talk over the network of the cluster. Set NCCL_IB_DISABLE=1 in env if NCCL looks for InfiniBand.',
  '/spec/ports':
    'Remove it: pods of one job reach each other on every port (MASTER_ADDR, MASTER_PORT), and nobody reaches them from outside.',
  '/spec/dependsOn': 'Write after: [{ job: prepare-data, on: success }].',
  '/spec/dependencies': 'Write after: [{ job: prepare-data, on: success }].',
  '/spec/array': 'Remove it: submit one job for each index, with the index in env, in a loop of the shell.',
  '/spec/schedule': 'Remove it: submit the job from cron or CI with a personal token (mss token create).',
  '/spec/notebook':
    'Remove it: a job cannot be reached from outside. Run the notebook to its end: [jupyter, nbconvert, --execute, train.ipynb].',
  '/spec/securityContext': SAFE,
  '/spec/serviceAccountName': SAFE,
  '/spec/hostNetwork': SAFE,
  '/spec/idle': 'Remove it, and choose a shorter maxRuntime.',
  '/spec/nodeSelector': PLACE,
  '/spec/nodeName': PLACE,
  '/spec/affinity': PLACE,
  '/spec/tolerations': PLACE,
  '/spec/gpu': GPUS,
  '/spec/gpus': GPUS,
  '/spec/resources': GPUS,
  '/spec/template': 'Remove it, and write image, command, args and env directly under spec.',
  '/spec/containers': 'Remove it, and write image, command, args and env directly under spec: a pod has one container.',
  '/spec/initContainers': 'Remove it: prepare at the start of the command.',
  '/spec/parallelism': 'Write replicas.',
  '/spec/completions': 'Write replicas.',
  '/spec/nodes': 'Write replicas: the number of pods, of gpusPerReplica GPUs each.',
  '/spec/backoffLimit': 'Write retries.',
  '/spec/restartPolicy': 'Remove it: a pod that fails is started again as often as retries says.',
  '/spec/activeDeadlineSeconds': 'Write maxRuntime, such as 12h.',
  '/spec/timeout': 'Write maxRuntime, such as 12h.',
  '/spec/time': 'Write maxRuntime, such as 12h.',
  '/spec/terminationGracePeriodSeconds': 'Write checkpoint: { grace: 5m }.',
  '/spec/queue': 'Remove it: each GPU class has one queue. See priority.',
  '/spec/priorityClassName': 'Write priority: low, normal or high.',
};

/** What to do about a field that a job file does not have, by its JSON pointer. */
export function remedyForUnknown(field: string): string {
  return REMEDIES[field] ?? 'Remove it, or correct its name.';
}
