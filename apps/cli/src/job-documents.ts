import { UsageError } from './failures.ts';
import type { JobFile } from './job-file.ts';

/** A dependency of a job file, or what a person wrote in its place. */
type Dependency = NonNullable<JobFile['spec']['after']>[number];

/**
 * The jobs of one file in the order in which they are submitted: each after those of the file that it waits for.
 * @throws UsageError for a cycle, and for a name of a dependency that two jobs of the file have
 */
export function inOrderOfDependencies(file: string, jobs: readonly JobFile[]): JobFile[] {
  const byName = Map.groupBy(jobs, nameOf);
  const ordered: JobFile[] = [];
  const path: JobFile[] = [];
  const visit = (job: JobFile): void => {
    if (ordered.includes(job)) return;
    if (path.includes(job)) {
      const cycle = [...path.slice(path.indexOf(job)), job].map(nameOf).join(' → ');
      throw new UsageError(
        `The jobs of ${file} wait for each other in a cycle: ${cycle}.`,
        'Remove one of these dependencies. Nothing was submitted.',
      );
    }
    path.push(job);
    for (const name of dependenciesOf(job).map((dependency) => dependency.job)) {
      const [needed, another] = byName.get(name) ?? [];
      if (another !== undefined)
        throw new UsageError(`Two jobs of ${file} are called "${name}", and a job waits for one of them.`, 'Give them different names.');
      if (needed !== undefined) visit(needed);
    }
    path.pop();
    ordered.push(job);
  };
  jobs.forEach(visit);
  return ordered;
}

/** The job with the ids of the jobs that were submitted with it in place of their names. @param ids by name */
export function withSubmittedIds(job: JobFile, ids: ReadonlyMap<string, string>): JobFile {
  const after = dependenciesOf(job);
  if (!after.some((dependency) => ids.has(dependency.job))) return job;
  return { ...job, spec: { ...job.spec, after: after.map((each) => ({ ...each, job: ids.get(each.job) ?? each.job })) } };
}

/** The name of a job file; empty where it has none, which the API refuses. */
export function nameOf(job: JobFile): string {
  const { metadata } = job as { readonly metadata?: { readonly name?: unknown } | null };
  return typeof metadata?.name === 'string' ? metadata.name : '';
}

/** What is not a list of dependencies is left to the API, which says what is wrong with it. */
function dependenciesOf(job: JobFile): readonly Dependency[] {
  const { spec } = job as { readonly spec?: { readonly after?: unknown } | null };
  if (!Array.isArray(spec?.after)) return [];
  const after: readonly unknown[] = spec.after;
  return after.every(isDependency) ? after : [];
}

function isDependency(value: unknown): value is Dependency {
  return typeof value === 'object' && value !== null && typeof (value as { readonly job?: unknown }).job === 'string';
}
