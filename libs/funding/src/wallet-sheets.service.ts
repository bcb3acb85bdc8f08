import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { Instant } from '#kernel';
import { type AccountLine, accounts, JournalService, LedgerService, type OrderedPageRequest, type Page } from '#ledger';

const FAR: Instant = 253_402_300_799;

/** Wallets as people look at them. */
@Injectable()
export class WalletSheetsService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly journal: JournalService,
  ) {}

  /** The ledger's lines of one side of the wallet, with the running balance; none where the company never had one. */
  async entries(tx: Tx, tenantId: string, side: 'available' | 'held', page: OrderedPageRequest): Promise<Page<AccountLine>> {
    const code = side === 'held' ? accounts.walletHeld(tenantId) : accounts.walletAvailable(tenantId);
    if (!(await this.ledger.balances(tx, [code])).has(code)) return { items: [] };
    return await this.journal.ofAccount(tx, { code, unit: 'CNY' }, { from: 0, until: FAR }, page);
  }
}
