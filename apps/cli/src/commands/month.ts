import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { parseMonth } from '../arguments.ts';
import { Disagreement } from '../failures.ts';
import { known } from '../facts.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { type Column, render } from '../output.ts';
import { idempotencyKey } from '../request-headers.ts';
import { type AddCommands, showAll, showOne, type Shown, verb } from './command-context.ts';
import { showDecision, reportWaiting } from './decision.ts';

type Checklist = components['schemas']['ClosingChecklist'];

const columns: Column<Checklist['items'][number]>[] = [
  { title: 'item', of: ({ item }) => item },
  { title: 'state', of: ({ state }) => state },
  { title: 'what was found', of: ({ detail }) => detail },
  { title: 'what to do', of: ({ remedy }) => remedy ?? '' },
];

type Listed = components['schemas']['Months']['items'][number];

const listColumns: Column<Listed>[] = [
  { title: 'month', of: ({ month }) => month },
  { title: 'state', of: ({ state }) => state },
  { title: 'requested by', of: ({ closing, decision }) => closing?.requestedBy ?? decision?.proposedBy.name ?? '' },
  { title: 'closed by', of: ({ closing }) => closing?.closedBy ?? '' },
  { title: 'closed at', of: ({ closedAt }) => closedAt ?? '' },
  { title: 'digest', of: ({ closing }) => closing?.digest ?? '' },
  { title: 'key', of: ({ closing }) => closing?.keyId ?? '' },
];

const addList: AddCommands = (month, environment) => {
  verb(month, 'ls', 'all months with their state, who closed them, and digest and key of their records', 'mss month ls').action(
    async (shown: Shown) => {
      const { items } = answerOf(await (await connect(environment)).GET('/api/v1/months'));
      showAll(environment, shown, items, listColumns);
    },
  );
};

const addCheck: AddCommands = (month, environment) => {
  verb(month, 'check', 'what the closing of a month asks for; exit code 1 where it cannot be closed', 'mss month check 2026-10')
    .argument('<month>', 'such as 2026-10', parseMonth)
    .action(async (name: string, { output }: Shown) => {
      const params = { path: { month: name } };
      const checklist = answerOf(await (await connect(environment)).GET('/api/v1/months/{month}/checklist', { params }));
      environment.out(render(output, checklist, columns, checklist.items));
      reportWaiting(environment, checklist.decision);
      if (!checklist.ready) throw new Disagreement(`${name} cannot be closed now.`);
    });
};

const addClose: AddCommands = (month, environment) => {
  verb(
    month,
    'close',
    'request the closing of a month; another person of finance confirms it, and its statements are frozen',
    'mss month close 2026-10',
    'mss month close 2026-10 --reason "两项待定决定计入十一月"',
  )
    .argument('<month>', 'such as 2026-10', parseMonth)
    .option('--reason <text>', 'why, where the checklist asks for attention')
    .action(async (name: string, { reason, ...shown }: Shown & { reason?: string }) => {
      const params = { path: { month: name }, header: idempotencyKey() };
      const body = reason === undefined ? {} : { reason };
      const { decision } = answerOf(await (await connect(environment)).POST('/api/v1/months/{month}/closing', { params, body }));
      showDecision(environment, shown, decision);
      reportWaiting(environment, decision);
    });
};

const addConfirm: AddCommands = (month, environment) => {
  verb(month, 'confirm', 'close a month whose closing a colleague requested', 'mss month confirm 2026-10')
    .argument('<month>', 'such as 2026-10', parseMonth)
    .option('--comment <text>', 'for the record')
    .action(async (name: string, { comment, ...shown }: Shown & { comment?: string }) => {
      const api = await connect(environment);
      const params = { path: { month: name } };
      const { decision } = answerOf(await api.GET('/api/v1/months/{month}/checklist', { params }));
      if (decision === undefined) {
        throw new Disagreement(`Nobody has requested the closing of ${name}.\n  → Request it with mss month close ${name}.`);
      }
      const request = { params: { path: { id: decision.id } }, body: comment === undefined ? {} : { comment } };
      answerOf(await api.POST('/api/v1/decisions/{id}/confirmation', request));
      showRecord(environment, shown, answerOf(await api.GET('/api/v1/months/{month}/record', { params })));
    });
};

const addRecord: AddCommands = (month, environment) => {
  verb(
    month,
    'record',
    'the signed record of a closed month: the digest of every document, and the head of the audit trail',
    'mss month record 2026-10',
    'mss month record 2026-10 -o json > 2026-10-record.json',
  )
    .argument('<month>', 'such as 2026-10', parseMonth)
    .action(async (name: string, shown: Shown) => {
      const request = { params: { path: { month: name } } };
      showRecord(environment, shown, answerOf(await (await connect(environment)).GET('/api/v1/months/{month}/record', request)));
    });
};

const addReopen: AddCommands = (month, environment) => {
  verb(month, 'reopen', 'is always refused, and says what to do instead', 'mss month reopen 2026-10')
    .argument('<month>', 'such as 2026-10', parseMonth)
    .action(async (name: string) => {
      answerOf(await (await connect(environment)).DELETE('/api/v1/months/{month}/closing', { params: { path: { month: name } } }));
    });
};

function showRecord(environment: CliEnvironment, shown: Shown, signed: components['schemas']['SignedMonthRecord']): void {
  const { record, digest, signature } = signed;
  const facts = known([
    ['month', record.month],
    ['closed', `${record.closedAt} by ${record.closedBy.name}`],
    ['requested by', record.requestedBy?.name],
    ['statements', record.statements.length],
    ['settlement lists', record.settlements.length],
    ['digest', digest],
    ['record before', record.previous === null ? undefined : `${record.previous.month} ${record.previous.digest}`],
    ['audit trail', `event ${record.auditHead.seq}, ${record.auditHead.hash}`],
    ['signed with', signature === undefined ? 'no key: the park had none' : signature.keyId],
  ]);
  showOne(environment, shown, signed, facts);
}

export const addMonth: AddCommands = (program, environment) => {
  const month = program.command('month').description('business months: their checklist, their closing by two people, their record');
  for (const add of [addList, addCheck, addClose, addConfirm, addRecord, addReopen]) add(month, environment);
};
