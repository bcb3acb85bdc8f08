import { z } from 'zod';
import { DEPENDENCY_CONDITIONS, MOST_DEPENDENCIES } from './domain/dependencies.ts';

/** The field of a job file about the jobs that it waits for. */
export const dependencyFields = {
  after: z
    .array(
      z.strictObject({
        job: z.string().min(1).max(63),
        on: z.enum(DEPENDENCY_CONDITIONS, { error: 'on is success or end.' }).default('success'),
      }),
      { error: 'after is a list of jobs.' },
    )
    .max(MOST_DEPENDENCIES, `A job waits for at most ${MOST_DEPENDENCIES} others.`)
    .optional(),
};

/** The same as it is stored with a job. */
export const storedDependencies = {
  after: z.array(z.object({ job: z.string(), on: z.enum(DEPENDENCY_CONDITIONS) })).exactOptional(),
};
