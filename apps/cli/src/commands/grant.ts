import { Option } from 'commander';
import { type AmountOptions, amountIn, hours, inUnit, money, takesAmount } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { applicationColumns } from '../application-view.ts';
import { companyFilter } from '../capacity.ts';
import { entryColumns } from '../entry-view.ts';
import { known } from '../facts.ts';
import { statusOf } from '../grant-view.ts';
import type { Column } from '../output.ts';
import { firstOf, inOrder } from '../pages.ts';
import { programmesById } from '../programmes.ts';
import { idempotencyKey } from '../request-headers.ts';
import { type AddCommands, type Listed, listVerb, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';

type Grant = components['schemas']['Grant'];
type Sheet = components['schemas']['GrantSheet'];

const columns: Column<Grant>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => name },
  { title: 'company', of: ({ companyId }) => companyId },
  { title: 'available', of: ({ unit, available }) => inUnit(unit, available), align: 'right' },
  { title: 'held', of: ({ unit, held }) => inUnit(unit, held), align: 'right' },
  { title: 'until', of: ({ validUntil }) => validUntil },
  { title: 'state', of: statusOf },
];

const factsOf = (sheet: Sheet) =>
  known([
    ['id', sheet.id],
    ['name', sheet.name],
    ['company', sheet.companyId],
    ['programme', sheet.programmeId],
    ['application', sheet.applicationId],
    ['valid from', sheet.validFrom],
    ['valid until', sheet.validUntil],
    ['state', statusOf(sheet)],
    ['promised', inUnit(sheet.unit, sheet.promised)],
    ['available', inUnit(sheet.unit, sheet.available)],
    ['held', inUnit(sheet.unit, sheet.held)],
    ['spent', inUnit(sheet.unit, sheet.spent)],
    ['a day', inUnit(sheet.unit, sheet.runway.consumptionPerDay)],
    ['days left', sheet.runway.daysLeft],
    ...sheet.events.map(({ at, kind, amount, actor, reason }) => {
      const what = amount === null ? kind : `${kind} ${inUnit(sheet.unit, amount)}`;
      return [at, `${what} by ${actor.name}${reason === null ? '' : `: ${reason}`}`] as const;
    }),
  ]);

const addReading: AddCommands = (grant, environment) => {
  listVerb(grant, 'ls', 'grants', 'mss grant ls', 'mss grant ls --company company_01j8')
    .option('--company <id or slug>', "for the park's people: only of this company")
    .option('--programme <id>', 'only of this programme')
    .action(async ({ company, programme, ...listed }: Listed & { company?: string; programme?: string }) => {
      const api = await connect(environment);
      const filter = { ...(await companyFilter(api, company)), ...(programme !== undefined && { programme }) };
      showAll(
        environment,
        listed,
        await firstOf(listed.limit, (page) => api.GET('/api/v1/grants', { params: { query: { ...filter, ...page } } })),
        columns,
      );
    });
  verb(grant, 'show', 'a grant with all that touched it', 'mss grant show grant_01j8')
    .argument('<grant>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const sheet = answerOf(await (await connect(environment)).GET('/api/v1/grants/{id}', { params: { path: { id } } }));
      showOne(environment, shown, sheet, factsOf(sheet));
    });
  listVerb(
    grant,
    'entries',
    "the ledger's lines of a grant",
    'mss grant entries grant_01j8',
    'mss grant entries grant_01j8 --side held -o csv',
    'mss grant entries grant_01j8 --latest --limit 20',
  )
    .argument('<grant>', 'its id')
    .addOption(
      new Option('--side <side>', 'what is free, or what is set aside for jobs').choices(['available', 'held']).default('available'),
    )
    .option('--latest', 'the latest line first')
    .action(async (id: string, { side, latest, ...listed }: Listed & { side: 'available' | 'held'; latest?: true }) => {
      const api = await connect(environment);
      const { unit } = answerOf(await api.GET('/api/v1/grants/{id}', { params: { path: { id } } }));
      const entries = await firstOf(listed.limit, (page) =>
        api.GET('/api/v1/grants/{id}/entries', { params: { path: { id }, query: { side, ...inOrder(latest), ...page } } }),
      );
      showAll(environment, listed, entries, entryColumns(unit));
    });
  verb(grant, 'jobs', 'what each job drew from a grant', 'mss grant jobs grant_01j8')
    .argument('<grant>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const api = await connect(environment);
      const { unit } = answerOf(await api.GET('/api/v1/grants/{id}', { params: { path: { id } } }));
      const { items } = answerOf(await api.GET('/api/v1/grants/{id}/jobs', { params: { path: { id } } }));
      showAll(environment, shown, items, [
        { title: 'job', of: ({ jobId }) => jobId },
        { title: 'GPU-hours', of: ({ gpuSeconds }) => hours(gpuSeconds), align: 'right' },
        { title: 'paid', of: ({ amount }) => inUnit(unit, amount), align: 'right' },
        { title: 'list cost', of: ({ listFen }) => money(listFen), align: 'right' },
      ]);
    });
};

const FREEZING = [
  ['freeze', 'stop new holds on a grant at once; nothing moves', '核查用途'],
  ['unfreeze', 'let a grant pay again', '核查完毕'],
] as const;

const addChanging: AddCommands = (grant, environment) => {
  for (const [word, about, reasonGiven] of FREEZING) {
    verb(grant, word, about, `mss grant ${word} grant_01j8 --reason "${reasonGiven}"`)
      .argument('<grant>', 'its id')
      .requiredOption('--reason <text>', 'why')
      .action(async (id: string, { reason, ...shown }: Shown & { reason: string }) => {
        const api = await connect(environment);
        const request = { params: { path: { id } }, body: { reason } };
        const sheet = answerOf(
          word === 'freeze'
            ? await api.POST('/api/v1/grants/{id}/freeze', request)
            : await api.POST('/api/v1/grants/{id}/unfreeze', request),
        );
        showOne(environment, shown, sheet, factsOf(sheet));
      });
  }
  takesAmount(
    verb(
      grant,
      'propose',
      'propose a freeze or a claw-back, for another person to decide',
      'mss grant propose grant_01j8 claw-back --yuan 20000 --opinion "长期闲置"',
    ),
    'how much to claw back',
  )
    .argument('<grant>', 'its id')
    .argument('<kind>', 'freeze or claw-back')
    .requiredOption('--opinion <text>', 'why')
    .action(async (id: string, kind: 'freeze' | 'claw-back', options: Shown & AmountOptions & { opinion: string }) => {
      const api = await connect(environment);
      const { unit } = answerOf(await api.GET('/api/v1/grants/{id}', { params: { path: { id } } }));
      const amount = amountIn(unit, options);
      const body = { kind, opinion: options.opinion, ...(amount !== undefined && { amount }) };
      const proposed = answerOf(
        await api.POST('/api/v1/grants/{id}/proposals', { params: { path: { id }, header: idempotencyKey() }, body }),
      );
      showRow(environment, options, proposed, applicationColumns(await programmesById(api)));
    });
};

export const addGrant: AddCommands = (program, environment) => {
  const grant = program.command('grant').description('grants and what touched them');
  for (const add of [addReading, addChanging]) add(grant, environment);
};
