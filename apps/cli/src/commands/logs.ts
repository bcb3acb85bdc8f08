import { answerOf, connect } from '../api-client.ts';
import { parseCount, parseInstantOrAge, parseNumber } from '../arguments.ts';
import { UsageError } from '../failures.ts';
import { type LogQuery, logLines, printLines } from '../job-logs.ts';
import { parkInstants } from '../park-time.ts';
import { because } from '../request-headers.ts';
import { type AddCommands, examples } from './command-context.ts';

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
}

export const addLogs: AddCommands = (program, environment) => {
  program
    .command('logs')
    .description('what a pod of a job has written, as far as the cluster still has it')
    .argument('<job>', 'its id')
    .option('-f, --follow', 'go on until the pod ends')
    .option('--replica <n>', 'which pod, from 0', parseNumber)
    .option('--attempt <n>', 'which attempt (default: the last)', parseCount)
    .option('--tail <n>', 'only the last lines (default: 1000, without --since, --until and --grep)', parseCount)
    .option('--since <time>', 'only lines from then on: a time, or how long ago, such as 10m', parseInstantOrAge)
    .option('--until <time>', 'only lines before then: a time, or how long ago', parseInstantOrAge)
    .option('--grep <text>', 'only lines that contain the text, without regard to case')
    .option('--timestamps', 'begin each line with its instant')
    .option('--reason <text>', "for the park's people: why, for the audit trail")
    .addHelpText(
      'after',
      examples(
        'mss logs job_01j8',
        'mss logs -f job_01j8 --replica 3',
        'mss logs job_01j8 --since 2h --until 1h --grep "NCCL WARN"',
        'mss logs job_01j8 --reason "ticket 42: NCCL errors"',
      ),
    )
    .action(async (id: string, { follow: followed, reason, grep, since, until, timestamps, ...pod }: LogOptions) => {
      if (followed === true && until !== undefined) throw new UsageError('A log that is followed has no end.', 'Leave out -f or --until.');
      const api = await connect(environment);
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
      const text = answerOf(answer) as ReadableStream<Uint8Array> | null | undefined;
      let rest = '';
      for await (const chunk of text?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        printLines(environment, lines);
      }
    });
};
