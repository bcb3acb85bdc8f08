import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { lock } from 'proper-lockfile';
import { z } from 'zod';
import { UsageError } from './failures.ts';
import type { CliEnvironment } from './cli-environment.ts';

const configSchema = z.object({
  server: z.url({ protocol: /^https?$/ }),
  email: z.string().optional(),
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
  /** The company that the person acts for, one of their companies. */
  company: z.string().optional(),
});

/** The stored session: the server that `mss` uses, and the person who is signed in. */
export type Config = z.infer<typeof configSchema>;

/** The path of the file with the session. */
export function configFile({ env }: Pick<CliEnvironment, 'env'>): string {
  const { XDG_CONFIG_HOME: base, HOME: home } = env;
  const folder = base !== undefined && base !== '' ? base : path.join(home ?? homedir(), '.config');
  return path.join(folder, 'mss', 'config.json');
}

/** The stored session; empty before the first sign-in. */
export async function loadConfig(environment: Pick<CliEnvironment, 'env'>): Promise<Config | undefined> {
  const file = configFile(environment);
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

/** After this time, another process takes the lock of a process that died. */
const STALE_MILLISECONDS = 15_000;
/** Up to half a minute in total. A process with the lock sends at most one request. */
const RETRIES = { retries: 300, factor: 1, minTimeout: 50, maxTimeout: 150, randomize: true };

/**
 * Changes the stored session. All processes of a person take turns, and each reads what the previous one wrote. Otherwise two processes
 * that renew their tokens at the same time, or one that does so while another chooses a company, would undo each other's change.
 * @returns the session that is stored now
 */
export async function changeConfig(
  environment: Pick<CliEnvironment, 'env'>,
  change: (kept: Config | undefined) => Config | undefined | Promise<Config | undefined>,
): Promise<Config | undefined> {
  const file = configFile(environment);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const release = await lock(file, {
    realpath: false,
    stale: STALE_MILLISECONDS,
    retries: RETRIES,
    // Another process took over the lock, for example after a laptop was suspended. The file is replaced as a whole in any case.
    onCompromised: () => undefined,
  });
  try {
    const kept = await loadConfig(environment);
    const changed = await change(kept);
    if (changed !== undefined && changed !== kept) await saveConfig(file, changed);
    return changed;
  } finally {
    await release().catch(() => undefined);
  }
}

/** Writes the file as a whole or not at all, readable for its owner only. */
async function saveConfig(file: string, config: Config): Promise<void> {
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, file);
}
