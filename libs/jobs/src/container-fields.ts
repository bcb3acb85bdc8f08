import { z } from 'zod';
import { type ContainerSettings, faultOfWorkingDir } from './domain/container-settings.ts';
import { formatMemory, parseMemory } from './domain/quantity.ts';
import { count, quantity, word } from './job-file-fields.ts';

/** The largest id of a user or group that Kubernetes takes. */
const LARGEST_ID = 2_147_483_647;

const id = (what: string) =>
  count(0, LARGEST_ID, what).refine((number) => number > 0, {
    error: `${what} 0 is root: pods run as another one, because companies share the nodes.`,
  });

/** The fields of a job file about the container of each pod. */
export const containerFields = {
  workingDir: word('workingDir')
    .check(({ value, issues }) => {
      const fault = faultOfWorkingDir(value);
      if (fault !== undefined) issues.push({ code: 'custom', message: fault, input: value });
    })
    .optional(),
  shm: quantity(parseMemory, 'shm is a quantity of bytes.').optional(),
  ephemeralStorage: quantity(parseMemory, 'ephemeralStorage is a quantity of bytes.').optional(),
  runAs: z.strictObject({ user: id('user'), group: id('group').optional() }).optional(),
};

type ContainerFields = z.output<z.ZodObject<typeof containerFields>>;

/** What the fields of a job file say. */
export function containerSettingsOf({ workingDir, shm, ephemeralStorage, runAs }: ContainerFields): ContainerSettings {
  const shmBytes = shm === undefined ? undefined : parseMemory(shm);
  const ephemeralBytes = ephemeralStorage === undefined ? undefined : parseMemory(ephemeralStorage);
  return {
    ...(workingDir !== undefined && { workingDir }),
    ...(shmBytes !== undefined && { shmBytes }),
    ...(ephemeralBytes !== undefined && { ephemeralBytes }),
    ...(runAs !== undefined && { runAs: { user: runAs.user, group: runAs.group ?? runAs.user } }),
  };
}

/** The fields of a job file that say the same. */
export function containerFieldsOf({
  workingDir,
  shmBytes,
  ephemeralBytes,
  runAs,
}: ContainerSettings): z.input<z.ZodObject<typeof containerFields>> {
  return {
    ...(workingDir !== undefined && { workingDir }),
    ...(shmBytes !== undefined && { shm: formatMemory(shmBytes) }),
    ...(ephemeralBytes !== undefined && { ephemeralStorage: formatMemory(ephemeralBytes) }),
    ...(runAs !== undefined && { runAs: { ...runAs } }),
  };
}

/** The same as they are stored with a job. */
export const storedContainerSettings = {
  workingDir: z.string().exactOptional(),
  shmBytes: z.int().exactOptional(),
  ephemeralBytes: z.int().exactOptional(),
  runAs: z.object({ user: z.int(), group: z.int() }).exactOptional(),
};
