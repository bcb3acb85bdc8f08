import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { isMonth } from '#kernel';
import { type Api, answerOf, connect } from '../api-client.ts';
import { UsageError } from '../failures.ts';
import { type Format, render } from '../output.ts';
import { statementColumns, statementLines } from '../statement-view.ts';
import { type AddCommands, examples, outputOption } from './command-context.ts';

interface StatementOptions {
  readonly output: Format;
  readonly file?: string;
  readonly company?: string;
}

function parseMonth(text: string): string {
  if (!isMonth(text)) throw new InvalidArgumentError('Write it like 2026-10.');
  return text;
}

async function companyActedFor(api: Api): Promise<string> {
  const { companyId } = answerOf(await api.GET('/api/v1/me'));
  if (companyId === undefined) throw new UsageError('You act for no company.', 'Name one with --company.');
  return companyId;
}

async function statementText(api: Api, id: string, month: string, output: Format): Promise<string> {
  const params = { path: { id, month } };
  // Finance's own columns, exact in fen and seconds, are made in one place.
  if (output === 'csv') return answerOf(await api.GET('/api/v1/companies/{id}/statements/{month}/csv', { params, parseAs: 'text' }));
  const statement = answerOf(await api.GET('/api/v1/companies/{id}/statements/{month}', { params }));
  return render(output, statement, statementColumns, statementLines(statement));
}

export const addStatement: AddCommands = (program, surroundings) => {
  const statement = program.command('statement').description('statements of a month');
  statement
    .command('get')
    .description('the statement of a company: frozen for a closed month, as it stands for an open one')
    .argument('<month>', 'such as 2026-10', parseMonth)
    .option('--company <id>', 'of which company (default: your own)')
    .option('--file <path>', 'write it there')
    .addOption(outputOption())
    .addHelpText('after', examples('mss statement get 2026-10', 'mss statement get 2026-10 -o csv --file 2026-10.csv'))
    .action(async (month: string, { output, file, company }: StatementOptions) => {
      const api = await connect(surroundings);
      const text = await statementText(api, company ?? (await companyActedFor(api)), month, output);
      if (file === undefined) surroundings.out(text);
      else await writeFile(file, text);
    });
};
