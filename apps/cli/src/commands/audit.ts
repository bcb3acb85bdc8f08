import { type Command, Option } from 'commander';
import type { SignedHead } from '#audit';
import { type Api, answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { parseInstant } from '../arguments.ts';
import { writeDocument } from '../document-file.ts';
import { connectForFiles, downloaded } from '../download.ts';
import { Disagreement, UsageError } from '../failures.ts';
import { known } from '../facts.ts';
import { parseYaml, readText } from '../input-file.ts';
import type { Column } from '../output.ts';
import { firstOf, inOrder } from '../pages.ts';
import { parkInstants } from '../park-time.ts';
import { type AddCommands, examples, type Listed, listVerb, showAll, showOne, type Shown, verb } from './command-context.ts';

import type { CliEnvironment } from '../cli-environment.ts';

type Event = components['schemas']['AuditEvent'];

const columns: Column<Event>[] = [
  { title: 'seq', of: ({ seq }) => String(seq), align: 'right' },
  { title: 'at', of: ({ at }) => at },
  { title: 'who', of: ({ actor }) => actor.name },
  { title: 'from', of: ({ actor }) => actor.address ?? '' },
  { title: 'action', of: ({ action }) => action },
  { title: 'object', of: ({ objectId }) => objectId },
  { title: 'reason', of: ({ reason }) => reason ?? '' },
];

interface Filter {
  readonly actor?: string;
  readonly action?: string;
  readonly type?: string;
  readonly object?: string;
  readonly company?: string;
  readonly from?: string;
  readonly until?: string;
}

function takesFilter(command: Command): Command {
  return command
    .option('--actor <id>', 'only of this person')
    .option('--action <action>', 'only this action, such as grant.frozen')
    .option('--type <type>', 'only about objects of this type, such as grant')
    .option('--object <id>', 'only about this object')
    .option('--company <id>', 'only about this company')
    .option('--from <instant>', 'only from then on', parseInstant)
    .option('--until <instant>', 'only before', parseInstant);
}

async function filterOf(api: Api, { actor, action, type, object, company, from, until }: Filter) {
  return {
    ...(actor !== undefined && { actorId: actor }),
    ...(action !== undefined && { action }),
    ...(type !== undefined && { objectType: type }),
    ...(object !== undefined && { objectId: object }),
    ...(company !== undefined && { tenantId: company }),
    ...(await parkInstants(api, { from, until })),
  };
}

const addReading: AddCommands = (audit, environment) => {
  takesFilter(
    listVerb(
      audit,
      'ls',
      'what was done, by whom and why',
      'mss audit ls --object grant_01j8',
      'mss audit ls --from 2026-10-01',
      'mss audit ls --latest --limit 20',
    ),
  )
    .option('--latest', 'the latest event first')
    .action(async (options: Listed & Filter & { readonly latest?: true }) => {
      const api = await connect(environment);
      const filter = { ...(await filterOf(api, options)), ...inOrder(options.latest) };
      const events = await firstOf(options.limit, (page) => api.GET('/api/v1/audit/events', { params: { query: { ...filter, ...page } } }));
      showAll(environment, options, events, columns);
    });
  verb(
    audit,
    'verify',
    'whether the chain of the trail is whole, and ends in or goes on from a head that was mailed; exit code 1 where not',
    'mss audit verify',
    'mss audit verify --head head.json --key park.pem',
  )
    .option('--head <file>', 'a head of an earlier day, as it was mailed to auditors; - reads standard input')
    .option('--key <file>', 'the public key of the park in PEM, which must have signed the head')
    .action(async ({ head: headFile, key: keyFile, ...shown }: Shown & { head?: string; key?: string }) => {
      const head = headFile === undefined ? undefined : await readHead(environment, headFile, keyFile);
      const query = head === undefined ? {} : { at: head.seq };
      const found = answerOf(await (await connect(environment)).GET('/api/v1/audit/verification', { params: { query } }));
      const facts = known([
        ['events', found.events],
        ['intact', found.intact ? 'yes' : 'no'],
        ['head', found.head],
        ...found.faults.map(({ seq, eventId, fault }) => [`fault at ${seq ?? eventId}`, fault] as const),
      ]);
      showOne(environment, shown, found, facts);
      if (!found.intact) throw new Disagreement('The audit trail is not as it was written.');
      if (head !== undefined && found.hashAt !== head.hash) {
        throw new Disagreement(`Event ${head.seq} of the trail is not the one of the head of ${head.at}: it or one before it was changed.`);
      }
    });
};

/** The head in a file. @throws Disagreement if it has no signature of the key */
async function readHead(environment: CliEnvironment, file: string, keyFile: string | undefined): Promise<SignedHead> {
  // The module is large, and only this command needs it.
  const { isSignedBy, signedHead } = await import('#audit');
  const read = signedHead.safeParse(parseYaml(file, await readText(environment, file)));
  if (!read.success) throw new UsageError(`${file} is no head of an audit trail.`, 'Save the JSON of the letter as it is.');
  if (keyFile !== undefined && !isSignedBy(read.data, await readText(environment, keyFile))) {
    throw new Disagreement(`${file} is not signed by the key in ${keyFile}.`);
  }
  return read.data;
}

const addExport: AddCommands = (audit, environment) => {
  const usage = examples('mss audit export --file audit.jsonl', 'mss audit export --format csv --from 2026-10-01 --file october.csv');
  takesFilter(audit.command('export').description('the trail as a file').addHelpText('after', usage))
    .addOption(new Option('--format <format>', 'one object a line, or for spreadsheets').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--file <path>', 'where to write it (default: standard output)')
    .action(async ({ format, file, ...options }: Filter & { format: 'jsonl' | 'csv'; file?: string }) => {
      const api = await connectForFiles(environment);
      const params = { query: { ...(await filterOf(api, options)), format } };
      const answer = await api.GET('/api/v1/audit/export', { params, parseAs: 'stream' });
      // The trail may be longer than memory, so it is written while it is read.
      await writeDocument(environment, file, downloaded(answer));
    });
};

export const addAudit: AddCommands = (program, environment) => {
  const audit = program.command('audit').description('the audit trail');
  for (const add of [addReading, addExport]) add(audit, environment);
};
