import { InvalidArgumentError } from 'commander';
import { loadConfig } from './config.ts';
import type { CliEnvironment } from './cli-environment.ts';

export const DEFAULT_SERVER = 'http://localhost:8080';

/** The origin of a URL. The program adds the paths of the API. */
export function parseServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError(`Write it like ${DEFAULT_SERVER}.`);
  return url.origin;
}

/** The server: from the option, otherwise from the environment, otherwise the last one. */
export async function serverMeant(environment: CliEnvironment, named: string | undefined): Promise<string> {
  return named ?? environment.env['MSS_SERVER'] ?? (await loadConfig(environment))?.server ?? DEFAULT_SERVER;
}

/** A password: from standard input without the end of the line, or typed without being shown. */
export async function passwordFrom(
  environment: CliEnvironment,
  { question, fromInput }: { question: string; fromInput: boolean },
): Promise<string> {
  const instead = 'Give --password-stdin, and the password on standard input.';
  if (!fromInput) return await environment.ask(question, { hidden: true, instead });
  return (await environment.readInput()).replace(/\r?\n$/, '');
}

/** The token of a link. It is after the `#`, so that no server receives it. The token alone is accepted too. */
export function tokenOfLink(link: string): string {
  return link.slice(link.indexOf('#') + 1);
}

/** The server of a link; undefined for a token alone. */
export function serverOfLink(link: string): string | undefined {
  return URL.canParse(link) ? new URL(link).origin : undefined;
}
