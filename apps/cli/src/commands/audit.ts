import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type Command, Option } from 'commander';
import { answerOf, connect } from '../api-client.ts';
import type { components } from '../api-types.ts';
import { parseInstant } from '../arguments.ts';
import { Disagreement } from '../failures.ts';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { type AddCommands, examples, type Listed, listVerb, showAll, showOne, type Shown, verb } from './command-context.ts';

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

function filterOf({ actor, action, type, object, company, from, until }: Filter) {
  return {
    ...(actor !== undefined && { actorId: actor }),
    ...(action !== undefined && { action }),
    ...(type !== undefined && { objectType: type }),
    ...(object !== undefined && { objectId: object }),
    ...(company !== undefined && { tenantId: company }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  };
}

const addReading: AddCommands = (audit, surroundings) => {
  takesFilter(
    listVerb(audit, 'ls', 'what was done, by whom and why', 'mss audit ls --object grant_01j8', 'mss audit ls --from 2026-10-01'),
  ).action(async (options: Listed & Filter) => {
    const api = await connect(surroundings);
    const filter = filterOf(options);
    const events = await firstOf(options.limit, (page) => api.GET('/api/v1/audit/events', { params: { query: { ...filter, ...page } } }));
    showAll(surroundings, options, events, columns);
  });
  verb(audit, 'verify', 'whether the chain of the trail is whole; exit code 1 where not', 'mss audit verify').action(
    async (shown: Shown) => {
      const found = answerOf(await (await connect(surroundings)).GET('/api/v1/audit/verification'));
      const facts = known([
        ['events', found.events],
        ['intact', found.intact ? 'yes' : 'no'],
        ['head', found.head],
        ...found.faults.map(({ seq, eventId, fault }) => [`fault at ${seq ?? eventId}`, fault] as const),
      ]);
      showOne(surroundings, shown, found, facts);
      if (!found.intact) throw new Disagreement('The audit trail is not as it was written.');
    },
  );
};

const addExport: AddCommands = (audit, surroundings) => {
  const usage = examples('mss audit export --file audit.jsonl', 'mss audit export --format csv --from 2026-10-01 --file october.csv');
  takesFilter(audit.command('export').description('the trail as a file').addHelpText('after', usage))
    .addOption(new Option('--format <format>', 'one object a line, or for spreadsheets').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--file <path>', 'where to write it (default: standard output)')
    .action(async ({ format, file, ...options }: Filter & { format: 'jsonl' | 'csv'; file?: string }) => {
      const params = { query: { ...filterOf(options), format } };
      const answer = await (await connect(surroundings)).GET('/api/v1/audit/export', { params, parseAs: 'stream' });
      // The trail may be longer than memory: it goes through as it comes.
      const body = Readable.fromWeb(answerOf(answer) as unknown as ReadableStream<Uint8Array>);
      if (file !== undefined) await pipeline(body, createWriteStream(file));
      else for await (const piece of body.setEncoding('utf8')) surroundings.out(piece as string);
    });
};

export const addAudit: AddCommands = (program, surroundings) => {
  const audit = program.command('audit').description('the audit trail');
  for (const add of [addReading, addExport]) add(audit, surroundings);
};
