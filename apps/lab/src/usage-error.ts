/** A command of the lab was called in a wrong way: the message is for the person who called it. */
export class UsageError extends Error {}

/** Whether an error is about how a command was called: one of ours, or of the parser of Node.js. */
export function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_PARSE_ARGS');
}

/** Runs a command, and ends with a sentence and exit code 2 where it was called in a wrong way. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!isUsage(error)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

/** The number that a flag names, above 0 and at most `most`. @throws UsageError */
export function numberOf(flag: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (value > 0 && value <= most) return value;
  const bound = most === Number.MAX_SAFE_INTEGER ? '' : ` up to ${most}`;
  throw new UsageError(`${flag} takes a number above 0${bound}, and "${text}" was given.`);
}

/** The numbers that a flag names, separated by commas. @throws UsageError */
export function numbersOf(flag: string, text: string): number[] {
  return text.split(',').map((part) => numberOf(flag, part));
}
