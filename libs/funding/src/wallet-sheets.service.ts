import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { Fen, Instant } from '#kernel';
import { type AccountLine, accounts, JournalService, LedgerService, LedgerPeriodsService, type OrderedPageRequest, type Page } from '#ledger';
import { consumptionWindow, type Runway, runway, spentOf } from '#grants';
import { WalletsService } from './wallets.service.ts';

/** A wallet in fen: what is free, what is set aside for jobs that run, and how long both will do. */
export interface WalletOutlook {
  readonly available: Fen;
  readonly held: Fen;
  readonly runway: Runway;
}

const FAR: Instant = 253_402_300_799;

/** Wallets as people look at them. */
@Injectable()
export class WalletSheetsService {
  constructor(
    private readonly wallets: WalletsService,
    private readonly ledger: LedgerService,
    private readonly journal: JournalService,
    private readonly periods: LedgerPeriodsService,
  ) {}

  /** The wallet with its consumption of the last seven days. */
  async outlook(tx: Tx, tenantId: string, at: Instant): Promise<WalletOutlook> {
    const { available, held } = await this.wallets.balance(tx, tenantId);
    const window = consumptionWindow(0, at);
    const codes = [accounts.walletAvailable(tenantId), accounts.walletHeld(tenantId)];
    const consumed = spentOf(await this.periods.movements(tx, { codes }, window));
    return { available, held, runway: runway(available + held, consumed, window) };
  }

  /** The ledger's lines of one side of the wallet, with the running balance; none where the company never had one. */
  async entries(tx: Tx, tenantId: string, side: 'available' | 'held', page: OrderedPageRequest): Promise<Page<AccountLine>> {
    const code = side === 'held' ? accounts.walletHeld(tenantId) : accounts.walletAvailable(tenantId);
    if (!(await this.ledger.balances(tx, [code])).has(code)) return { items: [] };
    return await this.journal.ofAccount(tx, { code, unit: 'CNY' }, { from: 0, until: FAR }, page);
  }
}
