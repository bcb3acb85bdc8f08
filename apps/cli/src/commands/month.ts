import { answerOf, connect } from '../api-client.ts';
import { parseMonth } from '../arguments.ts';
import { known } from '../facts.ts';
import { idempotencyKey } from '../request-headers.ts';
import { type AddCommands, showOne, type Shown, verb } from './command-context.ts';

export const addMonth: AddCommands = (program, environment) => {
  const month = program.command('month').description('business months');
  verb(month, 'close', 'freeze the statements of a month; nothing takes effect in it any more', 'mss month close 2026-10')
    .argument('<month>', 'such as 2026-10', parseMonth)
    .action(async (name: string, shown: Shown) => {
      const params = { path: { month: name }, header: idempotencyKey() };
      const closed = answerOf(await (await connect(environment)).POST('/api/v1/months/{month}/closing', { params }));
      const facts = known([
        ['closed', closed.month],
        ['statements', closed.statements],
      ]);
      showOne(environment, shown, closed, facts);
    });
};
