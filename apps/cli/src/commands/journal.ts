import { Option } from 'commander';
import type { operations } from '#api-client';
import { parseDay, parseMonth } from '../arguments.ts';
import { writeDocument } from '../document-file.ts';
import { connectForFiles, downloaded } from '../download.ts';
import { ApiProblem } from '../failures.ts';
import { readLocatedBody } from '../input-file.ts';
import { type AddCommands, examples } from './command-context.ts';

type Mapping = operations['journal.export']['requestBody']['content']['application/json'];

interface Asked {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly mapping: string;
  readonly lang: 'zh' | 'en';
  readonly file?: string;
}

export const addJournal: AddCommands = (program, environment) => {
  const journal = program.command('journal').description("the ledger for the park's accounting system");
  journal
    .command('export')
    .description('the entries of a period as vouchers in CSV, on the accounts that the mapping names')
    .option('--month <month>', 'such as 2026-10 (default: the present one)', parseMonth)
    .option('--from <day>', 'the first day, instead of a month', parseDay)
    .option('--to <day>', 'the last day', parseDay)
    .requiredOption('--mapping <file>', "YAML or JSON: the account of the park's chart for each kind of account of the ledger")
    .addOption(new Option('-o, --output <format>', 'how to write it').choices(['csv']).default('csv'))
    .addOption(new Option('--lang <language>', 'the language of the headings and of the summaries').choices(['zh', 'en']).default('zh'))
    .option('--file <path>', 'where to write it (default: standard output)')
    .addHelpText('after', examples('mss journal export --month 2026-10 --mapping accounts.yaml -o csv --file 2026-10.csv'))
    .action(async ({ month, from, to, mapping, lang, file }: Asked) => {
      const { body, located } = await readLocatedBody<Mapping>(environment, mapping);
      const query = { lang, ...(month !== undefined && { month }), ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const api = await connectForFiles(environment);
      const answer = await api.POST('/api/v1/journal-export', { params: { query }, body, parseAs: 'stream' });
      try {
        await writeDocument(environment, file, downloaded(answer));
      } catch (error) {
        throw error instanceof ApiProblem ? located(error) : error;
      }
    });
};
