import type { components } from '#api-client';
import { UsageError } from '../failures.ts';
import type { ImportedJob } from './imported-job.ts';

type GpuClass = components['schemas']['GpuClass'];

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * The GPU class that a manifest means: of the classes with its resource name, the one whose nodes have its labels, or whose code is in a
 * label, such as `nvidia.com/gpu.product: NVIDIA-H800-SXM5`; or the only one.
 * @throws UsageError if several fit, or none
 */
export function chosenClass({ name, resourceName, nodeSelector }: ImportedJob, classes: readonly GpuClass[]): string {
  const open = classes.filter((candidate) => candidate.active && (resourceName === undefined || candidate.resourceName === resourceName));
  const labels = Object.entries(nodeSelector);
  const labelled = open.filter(
    (candidate) =>
      labels.some(([label, value]) => candidate.nodeSelector[label] === value) ||
      labels.some(([, value]) => bare(value).includes(bare(candidate.code))),
  );
  const [only, ...others] = labelled.length > 0 ? labelled : open;
  if (only !== undefined && others.length === 0) return only.code;
  const codes = (open.length > 0 ? open : classes.filter(({ active }) => active)).map(({ code }) => code);
  throw new UsageError(
    only === undefined
      ? `No GPU class of the park has the resource ${resourceName ?? ''} of "${name}".`
      : `"${name}" does not say which GPU class it needs.`,
    `Give one: ${codes.map((code) => `--class ${code}`).join(', ')}.`,
  );
}
