import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { SystemClock } from '#kernel';
import { FEATURES, runContract } from './contract-run.ts';
import { hasPassed, renderReport } from './report.ts';

const USAGE = `usage: KUBECONFIG=FILE npm run test:cluster -- [--json] [--only FEATURE]… [--image IMAGE] [--timeout SECONDS] [--log]

Tries the product on the cluster that KUBECONFIG names, as an administrator of it, and removes whatever it made.
  --json      the report as JSON
  --only      this feature only; may be repeated
  --image     an image with a shell (default busybox:1.37)
  --timeout   longest wait for anything (default 600)
  --log       show the log of the controller
Features: ${FEATURES.map(({ name }) => name).join(', ')}.
Exit code: 0 everything that was tried passed and nothing is left, 1 not so, 2 the run could not begin, 130 interrupted.`;

/** @throws Error with a sentence */
function optionsOf(words: string[]) {
  const { values } = parseArgs({
    args: words,
    options: {
      ...{ json: { type: 'boolean', default: false }, log: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
      only: { type: 'string', multiple: true },
      ...{ image: { type: 'string', default: 'busybox:1.37' }, timeout: { type: 'string', default: '600' } },
    },
  });
  const unknown = (values.only ?? []).filter((name) => FEATURES.every((feature) => feature.name !== name));
  if (unknown.length > 0) throw new Error(`There is no feature ${unknown.join(', ')}.`);
  const timeoutMs = Number(values.timeout) * 1_000;
  if (!(timeoutMs > 0)) throw new Error(`--timeout: ${values.timeout} is not a number of seconds.`);
  return { ...values, timeoutMs, features: FEATURES.filter(({ name }) => values.only?.includes(name) ?? true) };
}

try {
  const options = optionsOf(process.argv.slice(2));
  const { KUBECONFIG: file } = process.env;
  if (options.help || file === undefined) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = options.help ? 0 : 2;
  } else {
    const given = {
      kubeconfig: await readFile(file, 'utf8'),
      clock: new SystemClock(),
      image: options.image,
      timeoutMs: options.timeoutMs,
    };
    const report = await runContract({ ...given, log: options.log }, options.features, (environment) => {
      let interrupted = false;
      // Stays registered: the embedded database ends the process at a signal for which it is the only listener.
      const interrupt = (): void => {
        if (interrupted) return;
        interrupted = true;
        process.stderr.write('interrupted: removing what was made …\n');
        void environment.interrupt().then((failures) => {
          for (const failure of failures) process.stderr.write(`${failure}\n`);
          process.exit(130);
        });
      };
      process.on('SIGINT', interrupt);
      process.on('SIGTERM', interrupt);
    });
    const text = options.json ? JSON.stringify(report, undefined, 2) : renderReport(report);
    process.stdout.write(`${text}\n`, () => process.exit(hasPassed(report) ? 0 : 1));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
