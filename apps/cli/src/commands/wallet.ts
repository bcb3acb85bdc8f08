import { Option } from 'commander';
import { connect } from '../api-client.ts';
import { companyMeant } from '../capacity.ts';
import { entryColumns } from '../entry-view.ts';
import { firstOf, inOrder } from '../pages.ts';
import { type AddCommands, type Listed, listVerb, showAll } from './command-context.ts';
import { addTransfer } from './transfer.ts';

type Side = 'available' | 'held';

export const addWallet: AddCommands = (program, environment) => {
  const wallet = program.command('wallet').description("companies' own money");
  listVerb(
    wallet,
    'entries',
    "the ledger's lines of a wallet",
    'mss wallet entries',
    'mss wallet entries jiding -o csv',
    'mss wallet entries --latest --limit 20',
  )
    .argument('[company]', 'its id or slug (default: your own)')
    .addOption(
      new Option('--side <side>', 'what is free, or what is set aside for jobs').choices(['available', 'held']).default('available'),
    )
    .option('--latest', 'the latest line first')
    .action(async (named: string | undefined, { side, latest, ...listed }: Listed & { side: Side; latest?: true }) => {
      const api = await connect(environment);
      const path = { id: await companyMeant(api, named) };
      const entries = await firstOf(listed.limit, (page) =>
        api.GET('/api/v1/companies/{id}/wallet/entries', { params: { path, query: { side, ...inOrder(latest), ...page } } }),
      );
      showAll(environment, listed, entries, entryColumns('CNY'));
    });
  addTransfer(wallet, environment);
};
