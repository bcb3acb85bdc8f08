import { answerOf, connect } from '../api-client.ts';
import { parseCount } from '../arguments.ts';
import { follow } from '../event-stream.ts';
import { cursor } from '../request-headers.ts';
import { type AddCommands, examples } from './command-context.ts';

interface Changes {
  readonly changes: readonly { readonly topic: string; readonly id: string | null; readonly company: string | null }[];
}

export const addChanges: AddCommands = (program, environment) => {
  program
    .command('changes')
    .description('follow what changes of all that you may read: one JSON object a line, until it is interrupted')
    .option('--topic <topics>', 'only these topics, separated by commas', (text: string) => text.split(','))
    .option('--count <n>', 'end after so many', parseCount)
    .addHelpText('after', examples('mss changes', 'mss changes --topic jobs,applications', 'mss changes --topic months --count 1'))
    .action(async ({ topic: topics, count = Infinity }: { topic?: readonly string[]; count?: number }) => {
      const api = await connect(environment);
      const events = follow(async (last) => {
        const request = { params: { header: cursor(last) }, headers: { accept: 'text/event-stream' }, parseAs: 'stream' as const };
        return answerOf(await api.GET('/api/v1/changes', request)) as unknown as ReadableStream<Uint8Array>;
      });
      let shown = 0;
      for await (const { event, data } of events) {
        if (event === 'reset') environment.err('There were more changes than are told one by one.\n');
        if (event !== 'changes') continue;
        for (const change of (JSON.parse(data) as Changes).changes) {
          if (topics !== undefined && !topics.includes(change.topic)) continue;
          environment.out(`${JSON.stringify(change)}\n`);
          shown += 1;
          if (shown >= count) return;
        }
      }
    });
};
