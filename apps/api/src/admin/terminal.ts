import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Input and output of a command. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Asks for a password without showing it; undefined if there is no terminal. */
  readonly askPassword: ((question: string) => Promise<string>) | undefined;
  /** All of standard input. */
  readInput(): Promise<string>;
}

/** The terminal of this process. */
export function terminal(): Terminal {
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    askPassword: process.stdin.isTTY ? askHidden : undefined,
    readInput: () => text(process.stdin),
  };
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silence, terminal: true });
  try {
    return await reader.question('');
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
