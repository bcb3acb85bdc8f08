import { answerOf, connect } from '../api-client.ts';
import { parseCount, parseNumber } from '../arguments.ts';
import { type LogQuery, logLines } from '../job-logs.ts';
import { type AddCommands, examples } from './command-context.ts';

export const addLogs: AddCommands = (program, surroundings) => {
  program
    .command('logs')
    .description('what a pod of a job has written')
    .argument('<job>', 'its id')
    .option('-f, --follow', 'go on until the pod ends')
    .option('--replica <n>', 'which pod, from 0', parseNumber)
    .option('--attempt <n>', 'which attempt (default: the last)', parseCount)
    .option('--tail <n>', 'only the last lines', parseCount)
    .addHelpText('after', examples('mss logs job_01j8', 'mss logs -f job_01j8 --replica 3'))
    .action(async (id: string, options: LogQuery & { follow?: true }) => {
      const { follow: followed, ...query } = options;
      const api = await connect(surroundings);
      if (followed !== true) {
        surroundings.out(answerOf(await api.GET('/api/v1/jobs/{id}/logs', { params: { path: { id }, query }, parseAs: 'text' })));
        return;
      }
      for await (const line of logLines(api, id, query)) surroundings.out(`${line}\n`);
    });
};
