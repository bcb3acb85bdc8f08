import { InvalidArgumentError } from 'commander';
import { answerOf, connect } from '../api-client.ts';
import { follow } from '../event-stream.ts';
import { type AddCommands, examples } from './command-context.ts';
import { parseCount } from './submit.ts';

interface LogsOptions {
  readonly follow?: true;
  readonly replica?: number;
  readonly attempt?: number;
  readonly tail?: number;
}

function parseReplica(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('A whole number from 0.');
  return Number(text);
}

export const addLogs: AddCommands = (program, surroundings) => {
  program
    .command('logs')
    .description('what a pod of a job has written')
    .argument('<job>', 'its id')
    .option('-f, --follow', 'go on until the pod ends')
    .option('--replica <n>', 'which pod, from 0', parseReplica)
    .option('--attempt <n>', 'which attempt (default: the last)', parseCount)
    .option('--tail <n>', 'only the last lines', parseCount)
    .addHelpText('after', examples('mss logs job_01j8', 'mss logs -f job_01j8 --replica 3'))
    .action(async (id: string, options: LogsOptions) => {
      const { follow: followed, ...query } = options;
      const api = await connect(surroundings);
      const params = { path: { id }, query };
      if (followed !== true) {
        surroundings.out(answerOf(await api.GET('/api/v1/jobs/{id}/logs', { params, parseAs: 'text' })));
        return;
      }
      const lines = follow(async (last) => {
        const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) };
        // The description knows the header as one that is always sent.
        const request = { params: { ...params, header: headers as never }, headers, parseAs: 'stream' as const };
        return answerOf(await api.GET('/api/v1/jobs/{id}/logs/stream', request)) as unknown as ReadableStream<Uint8Array>;
      });
      for await (const { data } of lines) surroundings.out(`${data}\n`);
    });
};
