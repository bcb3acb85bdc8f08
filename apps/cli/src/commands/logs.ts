import { answerOf, connect } from '../api-client.ts';
import { parseCount, parseNumber } from '../arguments.ts';
import { type LogQuery, logLines, printLines } from '../job-logs.ts';
import { because } from '../request-headers.ts';
import { type AddCommands, examples } from './command-context.ts';

export const addLogs: AddCommands = (program, environment) => {
  program
    .command('logs')
    .description('what a pod of a job has written')
    .argument('<job>', 'its id')
    .option('-f, --follow', 'go on until the pod ends')
    .option('--replica <n>', 'which pod, from 0', parseNumber)
    .option('--attempt <n>', 'which attempt (default: the last)', parseCount)
    .option('--tail <n>', 'only the last lines', parseCount)
    .option('--reason <text>', "for the park's people: why, for the audit trail")
    .addHelpText(
      'after',
      examples('mss logs job_01j8', 'mss logs -f job_01j8 --replica 3', 'mss logs job_01j8 --reason "ticket 42: NCCL errors"'),
    )
    .action(async (id: string, options: LogQuery & { follow?: true; reason?: string }) => {
      const { follow: followed, reason, ...query } = options;
      const api = await connect(environment);
      if (followed !== true) {
        const params = { path: { id }, query, header: because(reason) };
        const text = answerOf(await api.GET('/api/v1/jobs/{id}/logs', { params, parseAs: 'text' }));
        printLines(environment, text.split('\n').slice(0, -1));
        return;
      }
      for await (const line of logLines(api, id, query, reason)) printLines(environment, [line]);
    });
};
