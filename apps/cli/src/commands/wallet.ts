import { Option } from 'commander';
import { money, parseYuan } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { companyMeant } from '../capacity.ts';
import { entryColumns } from '../entry-view.ts';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { idempotencyKey } from '../request-headers.ts';
import { type AddCommands, examples, type Listed, listVerb, outputOption, showAll, showOne, type Shown, verb } from './command-context.ts';
import { showDecision, reportWaiting } from './decision.ts';

type TopUp = components['schemas']['TopUp'];

const topUpColumns: Column<TopUp>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'amount', of: ({ amountFen }) => money(amountFen), align: 'right' },
  { title: 'reference', of: ({ reference }) => reference },
  { title: 'received', of: ({ at }) => at },
  { title: 'recorded by', of: ({ by }) => by },
  { title: 'reversed', of: ({ reversedAt }) => reversedAt ?? '' },
];

type Side = 'available' | 'held';

export const addWallet: AddCommands = (program, environment) => {
  const wallet = program.command('wallet').description("companies' own money");
  listVerb(wallet, 'entries', "the ledger's lines of a wallet", 'mss wallet entries', 'mss wallet entries jiding -o csv')
    .argument('[company]', 'its id or slug (default: your own)')
    .addOption(
      new Option('--side <side>', 'what is free, or what is set aside for jobs').choices(['available', 'held']).default('available'),
    )
    .action(async (named: string | undefined, { side, ...listed }: Listed & { side: Side }) => {
      const api = await connect(environment);
      const path = { id: await companyMeant(api, named) };
      const entries = await firstOf(listed.limit, (page) =>
        api.GET('/api/v1/companies/{id}/wallet/entries', { params: { path, query: { side, ...page } } }),
      );
      showAll(environment, listed, entries, entryColumns('CNY'));
    });
};

const RECORDED = 'mss top-up record jiding --yuan 50000 --reference "工行 2026-11-24 0071"';

const addRecording: AddCommands = (topUp, environment) => {
  topUp
    .command('record', { isDefault: true })
    .description('record money received for a wallet; the word record may be left out')
    .addOption(outputOption())
    .addHelpText('after', examples(RECORDED))
    .argument('<company>', 'its id or slug')
    .requiredOption('--yuan <amount>', 'how much', parseYuan)
    .requiredOption('--reference <text>', 'number of the bank transfer or receipt')
    .action(async (named: string, { yuan, reference, ...shown }: Shown & { yuan: number; reference: string }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named) }, header: idempotencyKey() };
      const body = { amountFen: yuan, reference };
      const now = answerOf(await api.POST('/api/v1/companies/{id}/top-ups', { params, body }));
      const facts = known([
        ['available', money(now.availableFen)],
        ['held', money(now.heldFen)],
      ]);
      showOne(environment, shown, now, facts);
    });
};

export const addTopUp: AddCommands = (program, environment) => {
  const topUp = program.command('top-up').description('money received for wallets');
  addRecording(topUp, environment);
  listVerb(topUp, 'ls', 'money received for a wallet, the latest first', 'mss top-up ls jiding')
    .argument('[company]', 'its id or slug (default: your own)')
    .action(async (named: string | undefined, listed: Listed) => {
      const api = await connect(environment);
      const path = { id: await companyMeant(api, named) };
      const found = await firstOf(listed.limit, (page) => api.GET('/api/v1/companies/{id}/top-ups', { params: { path, query: page } }));
      showAll(environment, listed, found, topUpColumns);
    });
  verb(
    topUp,
    'reverse',
    'propose to take a top-up back; somebody else of finance confirms it',
    'mss top-up reverse jiding topup_01j8 --reason "记错公司"',
  )
    .argument('<company>', 'its id or slug')
    .argument('<top-up>', 'its id, as mss top-up ls shows it')
    .requiredOption('--reason <text>', 'why it is taken back')
    .action(async (named: string, id: string, { reason, ...shown }: Shown & { reason: string }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named), topUp: id }, header: idempotencyKey() };
      const decision = answerOf(await api.POST('/api/v1/companies/{id}/top-ups/{topUp}/reversal', { params, body: { reason } }));
      showDecision(environment, shown, decision);
      reportWaiting(environment, decision);
    });
};
