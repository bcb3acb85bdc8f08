import type { z } from 'zod';
import { jsonPointer } from '#kernel';
import { SIMULATOR_PREFIX } from './domain/annotations.ts';
import type { JobFault } from './domain/job-faults.ts';
import { remedyForUnknown } from './domain/unknown-fields.ts';

/** At most so many faults of a file are listed: nobody corrects more in one go, and an answer must not grow without limit. */
export const MOST_FAULTS = 100;

const REMEDIES: Readonly<Record<string, string>> = {
  '/apiVersion': 'Write "apiVersion: speedspace.io/v1".',
  '/kind': 'Write "kind: Job".',
  '/metadata/name': 'Give a name such as sft-7b.',
  '/metadata/annotations': `Remove it; on a simulated cluster, write annotations such as ${SIMULATOR_PREFIX}run-time: 90s.`,
  '/spec/gpuClass': 'Name one of the GPU classes that "mss class ls" shows.',
  '/spec/replicas': 'Give the number of pods, such as 4.',
  '/spec/gpusPerReplica': 'Give the GPUs of one pod, such as 8.',
  '/spec/image': 'Give a full image reference, such as registry.park.example/team/train:1.4.',
  '/spec/command': 'Give a list of words, such as [python, train.py]; what is long goes into the image.',
  '/spec/args': 'Give a list of words; what is long goes into the image.',
  '/spec/env':
    'Map names of letters, digits and "_" to text, true and false in quotes; leave those that Speedspace and the devices of a node have; what is long goes into the image.',
  '/spec/imagePullSecrets': 'List the names of registry secrets, such as [registry]; "mss secret ls" shows them.',
  '/spec/envFrom': 'List environment secrets, such as [{ secret: wandb }].',
  '/spec/files': 'List secrets with files, each with its own directory, such as [{ secret: ssh-key, mountPath: /home/user/.ssh }].',
  '/spec/maxRuntime': 'Write it like 90s, 5m, 12h or 2d.',
  '/spec/checkpoint/grace': 'Write it like 90s or 5m.',
  '/spec/checkpoint/resume': 'Write auto or manual.',
  '/spec/priority': 'Write low, normal or high.',
  '/spec/selfPay': 'Write true or false.',
  '/spec/retries': 'Give a number from 0 to 10.',
  '/spec/cpu': 'Write it like 8, 0.5 or 500m.',
  '/spec/memory': 'Write it like 64Gi or 500M.',
  '/spec/workingDir': 'Give an absolute path, such as /workspace.',
  '/spec/shm': 'Write it like 64Gi; it is part of memory.',
  '/spec/ephemeralStorage': 'Write it like 200Gi.',
  '/spec/after': 'Write it like [{ job: prepare-data, on: success }], with the name or the id of a job, and success or end.',
  '/spec/runAs': 'Write it like { user: 1000, group: 1000 }, with the numbers of the user and group that own the files of the image.',
};

function remedyFor(field: string): string {
  for (let pointer = field; pointer !== ''; pointer = pointer.slice(0, pointer.lastIndexOf('/'))) {
    const remedy = REMEDIES[pointer];
    if (remedy !== undefined) return remedy;
  }
  return 'Compare it with the example of a job file in the documentation.';
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** What a person reads of one issue of the schema: each unknown field apart, with what to do instead. */
export function faultsOf(issue: z.core.$ZodIssue): JobFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_FAULTS).map((key) => {
      const field = jsonPointer([...issue.path, key]);
      return { field, detail: `There is no field "${short(key)}" here.`, remedy: remedyForUnknown(field) };
    });
  }
  const field = jsonPointer(issue.path);
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ field, detail: missing ? `${field} is missing.` : issue.message, remedy: remedyFor(field) }];
}
