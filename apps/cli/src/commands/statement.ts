import { answerOf } from '../api-client.ts';
import { parseMonth } from '../arguments.ts';
import { companyMeant } from '../capacity.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { type DocumentOptions, documentVerb, isFileFormat, requirePlaceFor, STATEMENT_FORMATS, writeDocument } from '../document-file.ts';
import { connectForFiles, downloaded } from '../download.ts';
import { UsageError } from '../failures.ts';
import { render } from '../output.ts';
import { statementColumns, statementLines } from '../statement-view.ts';
import type { AddCommands } from './command-context.ts';
import { addVerify } from './verify.ts';

interface StatementOptions extends DocumentOptions<(typeof STATEMENT_FORMATS)[number]> {
  readonly company?: string;
  readonly all?: boolean;
  readonly formats: string;
}

const addGet: AddCommands = (statement, environment) => {
  documentVerb(
    statement,
    'get',
    'the statement of a company: frozen for a closed month, as it stands for an open one',
    STATEMENT_FORMATS,
    'mss statement get 2026-10',
    'mss statement get 2026-10 -o pdf --file 2026-10.pdf',
    'mss statement get 2026-10 -o xlsx --lang en --file 2026-10.xlsx',
    'mss statement get 2026-10 --all --file 2026-10.zip',
    'mss statement get 2026-10 --all -o focus --file 2026-10.focus.csv',
  )
    .argument('<month>', 'such as 2026-10', parseMonth)
    .option('--company <id or slug>', 'of which company (default: your own)')
    .option(
      '--all',
      'all statements and settlement lists of the month as a ZIP; with -o csv or focus the lines of all companies as one file',
    )
    .option('--formats <list>', 'of the files in the ZIP, beside JSON: csv, xlsx, pdf, focus', 'xlsx,pdf')
    .action(async (month: string, options: StatementOptions) => {
      await (options.all === true ? getAll(environment, month, options) : getOne(environment, month, options));
    });
};

async function getOne(environment: CliEnvironment, month: string, { output, lang, file, company }: StatementOptions): Promise<void> {
  requirePlaceFor(output, file, environment);
  const api = await connectForFiles(environment);
  const path = { id: await companyMeant(api, company), month };
  if (isFileFormat(output, STATEMENT_FORMATS)) {
    const params = { path, query: { format: output, lang } };
    const answer = await api.GET('/api/v1/companies/{id}/statements/{month}/file', { params, parseAs: 'stream' });
    await writeDocument(environment, file, downloaded(answer));
    return;
  }
  const statement = answerOf(await api.GET('/api/v1/companies/{id}/statements/{month}', { params: { path } }));
  await writeDocument(environment, file, render(output, statement, statementColumns, statementLines(statement)));
}

async function getAll(environment: CliEnvironment, month: string, { output, lang, file, formats }: StatementOptions): Promise<void> {
  const lines = output === 'csv' || output === 'focus';
  if (!lines && output !== 'table') {
    throw new UsageError(
      `All statements are a ZIP, or one file of lines, not ${output}.`,
      `Name the formats in the ZIP: --formats ${output}`,
    );
  }
  requirePlaceFor(lines ? output : 'zip', file, environment);
  const api = await connectForFiles(environment);
  const path = { month };
  const answer = lines
    ? await api.GET('/api/v1/months/{month}/usage', { params: { path, query: { format: output, lang } }, parseAs: 'stream' })
    : await api.GET('/api/v1/months/{month}/archive', { params: { path, query: { formats, lang } }, parseAs: 'stream' });
  await writeDocument(environment, file, downloaded(answer));
}

export const addStatement: AddCommands = (program, environment) => {
  const statement = program.command('statement').description('statements of a month');
  for (const add of [addGet, addVerify]) add(statement, environment);
};
