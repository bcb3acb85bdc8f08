import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import { parseCount, parseInstantOrAge, parseNumber } from '../arguments.ts';
import { UsageError } from '../failures.ts';
import { type LogQuery, logLines, printLines } from '../job-logs.ts';
import { parkInstants } from '../park-time.ts';
import type { Column } from '../output.ts';
import { because } from '../request-headers.ts';
import { harmless } from '../terminal-text.ts';
import { type AddCommands, examples, outputOption, showAll, type Shown } from './command-context.ts';

const MIB = 1024 * 1024;

interface LogOptions {
  readonly follow?: true;
  readonly replica?: number;
  readonly attempt?: number;
  readonly tail?: number;
  readonly since?: string;
  readonly until?: string;
  readonly grep?: string;
  readonly timestamps?: true;
  readonly reason?: string;
  readonly list?: true;
  readonly output: Shown['output'];
}

type KeptLog = components['schemas']['KeptLog'];

const keptColumns: readonly Column<KeptLog>[] = [
  { title: 'attempt', of: ({ attempt }) => String(attempt), align: 'right' },
  { title: 'pod', of: ({ replica }) => String(replica), align: 'right' },
  { title: 'started', of: ({ startedAt }) => startedAt },
  { title: 'lines', of: ({ lines }) => String(lines), align: 'right' },
  { title: 'MiB', of: ({ bytes }) => (bytes / MIB).toFixed(1), align: 'right' },
  { title: 'beginning', of: ({ cut, failure }) => harmless(failure === null ? (cut ? 'not kept' : 'kept') : `not kept: ${failure}`) },
];

export const addLogs: AddCommands = (program, environment) => {
  program
    .command('logs')
    .description('what a pod of a job has written; after its end, what was kept of it')
    .argument('<job>', 'its id')
    .option('-f, --follow', 'go on until the pod ends')
    .option('--replica <n>', 'which pod, from 0', parseNumber)
    .option('--attempt <n>', 'which attempt (default: the last)', parseCount)
    .option('--tail <n>', 'only the last lines (default: 1000, without --since, --until and --grep)', parseCount)
    .option('--since <time>', 'only lines from then on: a time, or how long ago, such as 10m', parseInstantOrAge)
    .option('--until <time>', 'only lines before then: a time, or how long ago', parseInstantOrAge)
    .option('--grep <text>', 'only lines that contain the text, without regard to case')
    .option('--list', 'which logs of pods that have ended were kept, instead of a log')
    .addOption(outputOption())
    .option('--timestamps', 'begin each line with its instant')
    .option('--reason <text>', "for the park's people: why, for the audit trail")
    .addHelpText(
      'after',
      examples(
        'mss logs job_01j8',
        'mss logs -f job_01j8 --replica 3',
        'mss logs job_01j8 --since 2h --until 1h --grep "NCCL WARN"',
        'mss logs job_01j8 --list',
        'mss logs job_01j8 --reason "ticket 42: NCCL errors"',
      ),
    )
    .action(async (id: string, { follow: followed, reason, grep, since, until, timestamps, list, output, ...pod }: LogOptions) => {
      if (followed === true && until !== undefined) throw new UsageError('A log that is followed has no end.', 'Leave out -f or --until.');
      const api = await connect(environment);
      if (list === true) {
        const { items } = answerOf(await api.GET('/api/v1/jobs/{id}/logs/kept', { params: { path: { id } } }));
        showAll(environment, { output }, items, keptColumns);
        return;
      }
      const period = await parkInstants(api, { since, until });
      const query: LogQuery & { until?: string } = { ...pod, ...period, ...(grep !== undefined && { contains: grep }) };
      if (followed === true) {
        for await (const { at, text } of logLines(api, id, query, reason)) printLines(environment, [timestamps ? `${at} ${text}` : text]);
        return;
      }
      const flags = timestamps === true ? { timestamps: 'true' as const } : {};
      const params = { path: { id }, query: { ...query, ...flags }, header: because(reason) };
      const answer = await api.GET('/api/v1/jobs/{id}/logs', { params, parseAs: 'stream' });
      // An answer without a line has no body.
      if (answer.response.headers.get('log-cut') === 'true')
        environment.err('The beginning of this log was not kept when the pod ended.\n');
      const text = answerOf(answer) as ReadableStream<Uint8Array> | null | undefined;
      let rest = '';
      for await (const chunk of text?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        printLines(environment, lines);
      }
    });
};
