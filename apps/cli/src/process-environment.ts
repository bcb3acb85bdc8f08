import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { nobodyToAsk, type CliEnvironment } from './cli-environment.ts';
import { STANDARD_INPUT, utf8Text } from './utf8.ts';

async function ask(question: string, { hidden = false, instead }: { hidden?: boolean; instead: string }): Promise<string> {
  if (!process.stdin.isTTY) throw nobodyToAsk(question, instead);
  process.stderr.write(question);
  const echo = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!hidden) process.stderr.write(chunk);
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output: echo, terminal: true });
  try {
    return await reader.question('');
  } finally {
    reader.close();
    if (hidden) process.stderr.write('\n');
  }
}

/** The `CliEnvironment` of a process. */
export function processEnvironment(): CliEnvironment {
  const { NO_COLOR: noColour } = process.env;
  return {
    env: process.env,
    terminal: process.stdout.isTTY,
    colours: process.stdout.isTTY && (noColour === undefined || noColour === ''),
    out: (output) => void process.stdout.write(output),
    outBytes: (bytes) =>
      new Promise((resolve, reject) => {
        process.stdout.write(bytes, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    err: (output) => void process.stderr.write(output),
    readInput: async () => utf8Text(STANDARD_INPUT, await buffer(process.stdin)),
    ask,
  };
}
