import { z } from 'zod';

/** The environment does not let a process start; the message names each variable at fault, and never its value. */
export class SettingsError extends Error {
  constructor(faults: readonly string[]) {
    super(
      `The configuration is not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nThe README lists the variables and their meaning.`,
    );
    this.name = 'SettingsError';
  }
}

/**
 * What `schema` makes of the variables of a process. An empty variable counts as absent: it is what a deployment's templates leave of
 * one that is not set.
 * @throws SettingsError
 */
export function parseSettings<S extends z.ZodType>(schema: S, variables: Readonly<Record<string, string | undefined>>): z.output<S> {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new SettingsError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
}

/** A database of PostgreSQL with its login, `postgres://user:password@host:port/database`. */
export const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be a URL such as postgres://user:password@host:5432/database',
});

/** An IANA time zone. */
export const timeZone = z
  .string()
  .default('Asia/Shanghai')
  .refine((zone) => isTimeZone(zone), 'must be a time zone such as Asia/Shanghai');

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
