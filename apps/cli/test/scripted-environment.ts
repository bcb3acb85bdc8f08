import { nobodyToAsk, type CliEnvironment } from '../src/cli-environment.ts';
import { runCli } from '../src/cli.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `mss` with a home of its own, and `input` on its standard input; on a terminal where `env` says `TERMINAL: yes`. */
export async function run(home: string, words: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ran> {
  const said = { out: '', err: '' };
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const environment: CliEnvironment = {
    env: { XDG_CONFIG_HOME: home, ...env },
    colours: false,
    terminal: env['TERMINAL'] === 'yes',
    out: (text) => void (said.out += text),
    // With its byte order mark, as a pipe would take it.
    outBytes: (bytes) => {
      said.out += decoder.decode(bytes, { stream: true });
      return Promise.resolve();
    },
    err: (text) => void (said.err += text),
    readInput: () => Promise.resolve(input),
    ask: (question, { instead }) => Promise.reject(nobodyToAsk(question, instead)),
  };
  const code = await runCli(words, environment);
  return { code, ...said };
}
