/** What the container of a job does. */
export interface Work {
  /** Seconds until it ends; undefined: it does not end by itself. */
  readonly seconds?: number;
  readonly exitCode?: number;
  /** A line that it writes at its start. */
  readonly says?: string;
  /** Its exit code at SIGTERM. */
  readonly exitCodeAtSigterm?: number;
}

const DEFAULT_SIGTERM_CODE = 143;

/** The command by which a real container does it. The first process of a container ends at SIGTERM only if it has a trap. */
export function commandOf({ seconds, exitCode = 0, says = 'ready', exitCodeAtSigterm = DEFAULT_SIGTERM_CODE }: Work): string[] {
  const script = [`trap 'exit ${exitCodeAtSigterm}' TERM`, `echo "${says}"`, `sleep ${seconds ?? 86_400} & wait $!`, `exit ${exitCode}`];
  return ['sh', '-c', script.join('; ')];
}

/** The annotations by which a simulated pod does it. */
export function annotationsOf({
  seconds,
  exitCode = 0,
  says = 'ready',
  exitCodeAtSigterm = DEFAULT_SIGTERM_CODE,
}: Work): Record<string, string> {
  const plan = {
    'start-delay': '1s',
    'run-time': seconds === undefined ? 'forever' : `${seconds}s`,
    'exit-code': String(exitCode),
    log: says,
    'on-sigterm': `exit-after=1s,exit-code=${exitCodeAtSigterm}`,
  };
  return Object.fromEntries(Object.entries(plan).map(([key, value]) => [`sim.speedspace.io/${key}`, value]));
}
