import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from './failures.ts';
import type { Surroundings } from './surroundings.ts';

const configSchema = z.object({
  server: z.url({ protocol: /^https?$/ }),
  email: z.string().optional(),
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
  /** The company acted for, of those one belongs to. */
  company: z.string().optional(),
});

/** Where `mss` talks to, and as whom. */
export type Config = z.infer<typeof configSchema>;

/** The file it is kept in. */
export function configFile({ env }: Pick<Surroundings, 'env'>): string {
  const { XDG_CONFIG_HOME: base, HOME: home } = env;
  const folder = base !== undefined && base !== '' ? base : path.join(home ?? homedir(), '.config');
  return path.join(folder, 'mss', 'config.json');
}

/** What was kept; nothing before the first sign-in. */
export async function loadConfig(surroundings: Pick<Surroundings, 'env'>): Promise<Config | undefined> {
  const file = configFile(surroundings);
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (content === undefined) return undefined;
  try {
    return configSchema.parse(JSON.parse(content));
  } catch {
    throw new UsageError(`${file} is not a configuration of mss.`, 'Remove it and sign in again with mss login.');
  }
}

/** Keeps it for its owner's eyes only, whole or not at all. */
export async function saveConfig(surroundings: Pick<Surroundings, 'env'>, config: Config): Promise<void> {
  const file = configFile(surroundings);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, file);
}
