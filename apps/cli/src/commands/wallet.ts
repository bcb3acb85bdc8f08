import { Option } from 'commander';
import { money, parseYuan } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import { companyMeant } from '../capacity.ts';
import { entryColumns } from '../entry-view.ts';
import { known } from '../facts.ts';
import { firstOf } from '../pages.ts';
import { once } from '../request-headers.ts';
import { type AddCommands, type Listed, listVerb, showAll, showOne, type Shown, verb } from './command-context.ts';

type Side = 'available' | 'held';

export const addWallet: AddCommands = (program, surroundings) => {
  const wallet = program.command('wallet').description("companies' own money");
  listVerb(wallet, 'entries', "the ledger's lines of a wallet", 'mss wallet entries', 'mss wallet entries jiding -o csv')
    .argument('[company]', 'its id or slug (default: your own)')
    .addOption(
      new Option('--side <side>', 'what is free, or what is set aside for jobs').choices(['available', 'held']).default('available'),
    )
    .action(async (named: string | undefined, { side, ...listed }: Listed & { side: Side }) => {
      const api = await connect(surroundings);
      const path = { id: await companyMeant(api, named) };
      const entries = await firstOf(listed.limit, (page) =>
        api.GET('/api/v1/companies/{id}/wallet/entries', { params: { path, query: { side, ...page } } }),
      );
      showAll(surroundings, listed, entries, entryColumns('CNY'));
    });
};

export const addTopUp: AddCommands = (program, surroundings) => {
  verb(program, 'top-up', 'record money received for a wallet', 'mss top-up jiding --yuan 50000 --reference "工行 2026-11-24 0071"')
    .argument('<company>', 'its id or slug')
    .requiredOption('--yuan <amount>', 'how much', parseYuan)
    .requiredOption('--reference <text>', 'number of the bank transfer or receipt')
    .action(async (named: string, { yuan, reference, ...shown }: Shown & { yuan: number; reference: string }) => {
      const api = await connect(surroundings);
      const params = { path: { id: await companyMeant(api, named) }, header: once() };
      const body = { amountFen: yuan, reference };
      const now = answerOf(await api.POST('/api/v1/companies/{id}/top-ups', { params, body }));
      const facts = known([
        ['available', money(now.availableFen)],
        ['held', money(now.heldFen)],
      ]);
      showOne(surroundings, shown, now, facts);
    });
};
