import { z } from 'zod';
import { digestOf, faultyTexts } from '#kernel';
import { type Api, answerOf, connect } from '../api-client.ts';
import { parseMonth } from '../arguments.ts';
import { companyMeant } from '../capacity.ts';
import { type DocumentOptions, documentVerb, isFileFormat, requirePlaceFor, writeDocument } from '../document-file.ts';
import { Disagreement, UsageError } from '../failures.ts';
import { known } from '../facts.ts';
import { parseYaml, readText } from '../input-file.ts';
import { render } from '../output.ts';
import { statementColumns, statementLines } from '../statement-view.ts';
import { type AddCommands, showOne, type Shown, verb } from './command-context.ts';

interface StatementOptions extends DocumentOptions {
  readonly company?: string;
}

async function statementIn(api: Api, id: string, month: string, { output, lang }: StatementOptions): Promise<string | ArrayBuffer> {
  const path = { id, month };
  if (isFileFormat(output)) {
    const params = { path, query: { format: output, lang } };
    return answerOf(await api.GET('/api/v1/companies/{id}/statements/{month}/file', { params, parseAs: 'arrayBuffer' }));
  }
  const statement = answerOf(await api.GET('/api/v1/companies/{id}/statements/{month}', { params: { path } }));
  return render(output, statement, statementColumns, statementLines(statement));
}

const addGet: AddCommands = (statement, environment) => {
  documentVerb(
    statement,
    'get',
    'the statement of a company: frozen for a closed month, as it stands for an open one',
    'mss statement get 2026-10',
    'mss statement get 2026-10 -o pdf --file 2026-10.pdf',
    'mss statement get 2026-10 -o xlsx --lang en --file 2026-10.xlsx',
  )
    .argument('<month>', 'such as 2026-10', parseMonth)
    .option('--company <id or slug>', 'of which company (default: your own)')
    .action(async (month: string, options: StatementOptions) => {
      requirePlaceFor(options, environment);
      const api = await connect(environment);
      const content = await statementIn(api, await companyMeant(api, options.company), month, options);
      await writeDocument(environment, options, content);
    });
};

/** What `get` writes as JSON or YAML. */
/** A statement file: JSON whose texts are well-formed, because only that has a digest. */
const issued = z.object({
  ...{ digest: z.string(), status: z.string() },
  document: z.record(z.string(), z.json()).refine((document) => faultyTexts(document).length === 0),
});

const addVerify: AddCommands = (statement, environment) => {
  verb(
    statement,
    'verify',
    'whether a statement is as it was issued, without asking anybody; exit code 1 where not',
    'mss statement get 2026-10 -o json --file 2026-10.json',
    'mss statement verify 2026-10.json',
    'mss statement verify 2026-10.json --digest 9f2c…',
  )
    .argument('<file>', 'a statement in JSON or YAML; - reads standard input')
    .option('--digest <sha256>', 'that it must have (default: the one it carries)')
    .action(async (file: string, { digest: expected, ...shown }: Shown & { digest?: string }) => {
      const read = issued.safeParse(parseYaml(file, await readText(environment, file)));
      if (!read.success)
        throw new UsageError(`${file} is no statement.`, 'Fetch one with mss statement get 2026-10 -o json --file 2026-10.json.');
      const { document, status, digest: carried } = read.data;
      const digest = digestOf(document);
      const verdict = { digest, expected: expected ?? carried, intact: digest === (expected ?? carried), status };
      const facts = known([
        ['digest of what it says', digest],
        ['digest expected', verdict.expected],
        ['intact', verdict.intact ? 'yes' : 'no'],
        ['month', typeof document['month'] === 'string' ? document['month'] : undefined],
        ['status when issued', status],
      ]);
      showOne(environment, shown, verdict, facts);
      if (!verdict.intact) throw new Disagreement(`${file} is not as it was issued.`);
    });
};

export const addStatement: AddCommands = (program, environment) => {
  const statement = program.command('statement').description('statements of a month');
  for (const add of [addGet, addVerify]) add(statement, environment);
};
