import { type AmountOptions, amountIn, inUnit, money, takesAmount } from '../amounts.ts';
import { type Api, answerOf, connect } from '../api-client.ts';
import type { components, operations } from '#api-client';
import { parseMonth } from '../arguments.ts';
import { type DocumentOptions, documentVerb, FILE_FORMATS, isFileFormat, requirePlaceFor, writeDocument } from '../document-file.ts';
import { connectForFiles, downloaded } from '../download.ts';
import { UsageError } from '../failures.ts';
import { known } from '../facts.ts';
import { readBody } from '../input-file.ts';
import { type Column, render } from '../output.ts';
import { firstOf } from '../pages.ts';
import { type Programme, programmeMeant } from '../programmes.ts';
import { ifMatch, idempotencyKey } from '../request-headers.ts';
import { type AddCommands, type Listed, listVerb, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';
import { reportWaiting } from './decision.ts';
import { hours } from '../amounts.ts';

type NewProgramme = operations['programmes.create']['requestBody']['content']['application/json'];
type Change = operations['programmes.change']['requestBody']['content']['application/json'];
type Appropriation = components['schemas']['Appropriations']['items'][number];

const amountOf = ({ unit }: Programme, amount: number | null | undefined): string =>
  amount === null || amount === undefined ? '' : inUnit(unit, amount);

const columns: Column<Programme>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'code', of: ({ code }) => code },
  { title: 'name', of: ({ name }) => name },
  { title: 'funder', of: ({ funder }) => funder },
  { title: 'status', of: ({ status }) => status },
  { title: 'covers', of: ({ coverageBp }) => `${coverageBp / 100} %`, align: 'right' },
  { title: 'not promised', of: (programme) => amountOf(programme, programme.unpromised), align: 'right' },
  { title: 'until', of: ({ validUntil }) => validUntil },
];

const factsOf = (programme: Programme) =>
  known([
    ['id', programme.id],
    ['code', programme.code],
    ['name', programme.name],
    ['funder', programme.funder],
    ['status', programme.status],
    ['counts in', programme.unit === 'CNY' ? 'money' : 'GPU time'],
    ['covers', `${programme.coverageBp / 100} % of the list price`],
    ['pays in turn', programme.priority],
    ['GPU classes', programme.classes.join(', ')],
    ['valid from', programme.validFrom],
    ['valid until', programme.validUntil],
    ['applications from', programme.applicationFrom],
    ['applications until', programme.applicationUntil],
    ['papers', programme.requiredAttachments.map(({ kind, name }) => `${name} (${kind})`).join(', ')],
    ['cap per company', amountOf(programme, programme.capPerTenant)],
    ['cap per company and month', amountOf(programme, programme.monthlyCapPerTenant)],
    ['two approvals above', amountOf(programme, programme.secondApprovalAbove)],
    ['what is not used', programme.carryOver ? 'is carried over once' : 'lapses'],
    ['days to review', programme.reviewDays],
    ['days to decide', programme.decisionDays],
    ['appropriated', amountOf(programme, programme.appropriated)],
    ['not promised', amountOf(programme, programme.unpromised)],
  ]);

const appropriationColumns = (programme: Programme): Column<Appropriation>[] => [
  { title: 'at', of: ({ at }) => at },
  { title: 'amount', of: ({ amount }) => amountOf(programme, amount), align: 'right' },
  { title: 'reference', of: ({ reference }) => reference ?? '' },
  { title: 'by', of: ({ actor }) => actor.name },
];

const addReading: AddCommands = (programme, environment) => {
  listVerb(programme, 'ls', 'programmes', 'mss programme ls').action(async (listed: Listed) => {
    const api = await connect(environment);
    showAll(environment, listed, await firstOf(listed.limit, (query) => api.GET('/api/v1/programmes', { params: { query } })), columns);
  });
  verb(programme, 'show', 'the terms of a programme', 'mss programme show xuhui-2026')
    .argument('<programme>', 'its id or code')
    .action(async (meant: string, shown: Shown) => {
      const found = await programmeMeant(await connect(environment), meant);
      showOne(environment, shown, found, factsOf(found));
    });
};

type SettlementLine = operations['settlements.settlement']['responses'][200]['content']['application/json']['lines'][number];

const settlementColumns: Column<Pick<SettlementLine, 'companyName' | 'creditCode' | 'tenantId' | 'totals'>>[] = [
  { title: 'company', of: ({ companyName }) => companyName },
  { title: 'credit code', of: ({ creditCode }) => creditCode },
  { title: 'id', of: ({ tenantId }) => tenantId },
  { title: 'GPU-seconds', of: ({ totals }) => String(totals.gpuSeconds), align: 'right' },
  { title: 'GPU-hours', of: ({ totals }) => hours(totals.gpuSeconds), align: 'right' },
  { title: 'list cost', of: ({ totals }) => money(totals.listFen), align: 'right' },
  { title: 'subsidy', of: ({ totals }) => money(totals.subsidyFen), align: 'right' },
];

const addSettlement: AddCommands = (programme, environment) => {
  documentVerb(
    programme,
    'settlement',
    'what a programme paid in a month, by company (兑付清单)',
    FILE_FORMATS,
    'mss programme settlement xuhui-2026 2026-10',
    'mss programme settlement xuhui-2026 2026-10 -o pdf --file 2026-10.pdf',
  )
    .argument('<programme>', 'its id or code')
    .argument('<month>', 'such as 2026-10', parseMonth)
    .action(async (meant: string, month: string, options: DocumentOptions) => {
      const { output, lang, file } = options;
      requirePlaceFor(output, file, environment);
      const api = await connectForFiles(environment);
      const path = { id: (await programmeMeant(api, meant)).id, month };
      if (isFileFormat(output, FILE_FORMATS)) {
        const params = { path, query: { format: output, lang } };
        const answer = await api.GET('/api/v1/programmes/{id}/settlements/{month}/file', { params, parseAs: 'stream' });
        await writeDocument(environment, file, downloaded(answer));
        return;
      }
      const { lines, totals } = answerOf(await api.GET('/api/v1/programmes/{id}/settlements/{month}', { params: { path } }));
      if (lines.length === 0 && output === 'table') environment.err('There are none.\n');
      else {
        const total = { tenantId: '', companyName: 'total', creditCode: '', totals };
        await writeDocument(environment, file, render(output, lines, settlementColumns, [...lines, total]));
      }
    });
};

const addTerms: AddCommands = (programme, environment) => {
  verb(programme, 'create', 'draw up a programme; it stays a draft until it is opened', 'mss programme create -f programme.yaml')
    .requiredOption('-f, --file <programme.yaml>', 'its terms, as the API takes them; - reads standard input')
    .action(async ({ file, ...shown }: Shown & { file: string }) => {
      const body = await readBody<NewProgramme>(environment, file);
      const created = answerOf(
        await (await connect(environment)).POST('/api/v1/programmes', { body, params: { header: idempotencyKey() } }),
      );
      showRow(environment, shown, created, columns);
    });
  verb(programme, 'change', 'change terms of a programme', 'mss programme change xuhui-2026 -f change.yaml')
    .argument('<programme>', 'its id or code')
    .requiredOption('-f, --file <change.yaml>', 'only what changes; - reads standard input')
    .action(async (meant: string, { file, ...shown }: Shown & { file: string }) => {
      const body = await readBody<Change>(environment, file);
      const api = await connect(environment);
      const found = await programmeMeant(api, meant);
      const params = { path: { id: found.id }, header: ifMatch(found) };
      const changed = answerOf(await api.PATCH('/api/v1/programmes/{id}', { params, body }));
      showRow(environment, shown, changed, columns);
      reportWaiting(environment, changed.decision);
    });
};

const STATUSES = [
  ['open', 'open', 'take applications and pay'],
  ['pause', 'paused', 'take no applications for now'],
  ['close', 'closed', 'end it for good'],
] as const;

const addStatuses: AddCommands = (programme, environment) => {
  for (const [word, status, about] of STATUSES) {
    verb(programme, word, about, `mss programme ${word} xuhui-2026`)
      .argument('<programme>', 'its id or code')
      .action(async (meant: string, shown: Shown) => {
        const api = await connect(environment);
        const found = await programmeMeant(api, meant);
        const params = { path: { id: found.id }, header: ifMatch(found) };
        showRow(environment, shown, answerOf(await api.PUT('/api/v1/programmes/{id}/status', { params, body: { status } })), columns);
      });
  }
};

const appropriationsOf = async (api: Api, id: string): Promise<Appropriation[]> =>
  answerOf(await api.GET('/api/v1/programmes/{id}/appropriations', { params: { path: { id } } })).items;

const addBudget: AddCommands = (programme, environment) => {
  verb(programme, 'appropriations', 'the steps in which the funder gave its budget', 'mss programme appropriations xuhui-2026')
    .argument('<programme>', 'its id or code')
    .action(async (meant: string, shown: Shown) => {
      const api = await connect(environment);
      const found = await programmeMeant(api, meant);
      showAll(environment, shown, await appropriationsOf(api, found.id), appropriationColumns(found));
    });
  const usage = 'mss programme appropriate xuhui-2026 --yuan 6000000 --reference "徐财〔2026〕7号"';
  takesAmount(verb(programme, 'appropriate', 'record one step of the budget', usage), 'how much')
    .argument('<programme>', 'its id or code')
    .option('--reference <text>', "the funder's document")
    .action(async (meant: string, options: Shown & AmountOptions & { reference?: string }) => {
      const api = await connect(environment);
      const found = await programmeMeant(api, meant);
      const amount = amountIn(found.unit, options);
      if (amount === undefined) throw new UsageError('The amount is missing.', 'Give --yuan or --gpu-hours.');
      const body = { amount, ...(options.reference !== undefined && { reference: options.reference }) };
      const params = { path: { id: found.id }, header: idempotencyKey() };
      const { items } = answerOf(await api.POST('/api/v1/programmes/{id}/appropriations', { params, body }));
      showAll(environment, options, items, appropriationColumns(found));
    });
};

export const addProgramme: AddCommands = (program, environment) => {
  const programme = program.command('programme').description('subsidy programmes and their budgets');
  for (const add of [addReading, addSettlement, addTerms, addStatuses, addBudget]) add(programme, environment);
};
