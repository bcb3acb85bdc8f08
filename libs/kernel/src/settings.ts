import { z } from 'zod';

/** A process cannot start with the variables of its environment. The message names each variable at fault and never its value. */
export class SettingsError extends Error {
  constructor(faults: readonly string[]) {
    super(
      `The configuration is not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nThe README lists the variables and their meaning.`,
    );
    this.name = 'SettingsError';
  }
}

/**
 * Parses the variables of a process. Each app has one schema, whose variables carry their default, and by `.meta()` their description,
 * `unit`, and `shownDefault` where the default is not a value; `npm run generate:settings` writes them into README. An empty variable
 * counts as absent: deployment templates leave one for a value that is not set.
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
  .refine((zone) => isTimeZone(zone), 'must be a time zone such as Asia/Shanghai')
  .meta({ description: 'time zone in which a business month, and a day that `mss` is given, begins' });

/** A variable that is `true` or `false`. */
export function flag(fallback: boolean) {
  return z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');
}

/** A TCP port; 0 takes a free one. */
export const port = z.coerce.number().int().min(0).max(65_535);

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
