import type { Tx } from '#database';
import { QuotasService } from '#funding';
import { GrantSheetsService } from '#grants';
import { accounts, LedgerPeriodsService } from '#ledger';
import { StatementsService } from '#statements';
import { type BilledPark, MONTH } from './billed-park.ts';
import type { Measurement } from './measured.ts';

/** What people ask at any time: it reads maintained sums, so its cost does not depend on the number of entries. */
export function maintainedSums({ database, environment, programmeId, companies }: BilledPark): readonly Measurement[] {
  const { calendar, funding, grants, ledger, journal, programmes, wallets } = environment;
  const periods = new LedgerPeriodsService();
  const statements = new StatementsService(periods, funding, calendar);
  const sheets = new GrantSheetsService(ledger, journal, periods);
  const quotas = new QuotasService(programmes, grants, sheets, calendar);
  const tenantId = companies[7]?.tenantId ?? '';
  const at = calendar.endOf(MONTH) - 1;
  const month = { from: calendar.startOf(MONTH), until: calendar.endOf(MONTH) };
  const measured = (what: string, read: (tx: Tx) => Promise<unknown>): Measurement => ({
    what,
    run: () => database.transactions.run(read),
  });
  return [
    measured('balance of a company', async (tx) => {
      await wallets.balance(tx, tenantId);
      await sheets.outlooks(tx, await grants.current(tx, tenantId, at), at);
    }),
    measured('quotas of a company', (tx) => quotas.of(tx, tenantId, at)),
    measured('settlement list of a programme', async (tx) => {
      await statements.settlement(tx, await grants.idsOfProgramme(tx, programmeId), MONTH);
    }),
    measured('opening, movements and closing of all accounts', (tx) => periods.movements(tx, {}, month)),
    measured("a page of a wallet's movements", (tx) =>
      journal.ofAccount(tx, { code: accounts.walletAvailable(tenantId), unit: 'CNY' }, month, { limit: 50 }),
    ),
  ];
}
