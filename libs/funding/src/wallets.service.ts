import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import { notify, type Tx } from '#database';
import { DomainError, type Fen, formatMoney, type Instant, invariant } from '#kernel';
import { accounts, LedgerService, transfer } from '#ledger';
import { FUNDS_TOPIC } from '#grants';
import { lockTenants, requireImpartial } from '#tenancy';

export interface TopUp {
  readonly tenantId: string;
  readonly amount: Fen;
  /** Number of the bank transfer or receipt it came with. */
  readonly reference: string;
  /** Idempotency key: the same key with the same content is one top-up. */
  readonly key: string;
}

/** A wallet in fen: what is free, and what is set aside for jobs that run. */
export interface WalletBalance {
  readonly available: Fen;
  readonly held: Fen;
}

/** Tenants' own money (rule L6: `wallet:<tenant>`). */
@Injectable()
export class WalletsService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly audit: AuditService,
  ) {}

  /** Opens the wallets of `tenantIds` where they have none. */
  async open(tx: Tx, tenantIds: readonly string[]): Promise<void> {
    await this.ledger.openAccounts(
      tx,
      tenantIds.flatMap((tenantId) => [
        { code: accounts.walletAvailable(tenantId), unit: 'CNY', tenantId },
        { code: accounts.walletHeld(tenantId), unit: 'CNY', tenantId },
      ]),
    );
  }

  /** Posts money received: external → wallet, effective at `at`. What people record goes through `BankTransfersService`, which takes two of them. */
  async topUp(
    tx: Tx,
    actor: Actor,
    { tenantId, amount, reference, key }: TopUp,
    at: Instant,
  ): Promise<{ readonly entryId: string; readonly repeated: boolean }> {
    if (amount <= 0n) {
      throw new DomainError('wallet.amount-not-positive', {
        field: '/amountFen',
        detail: 'A top-up is an amount above zero.',
        remedy: 'Give the amount received.',
      });
    }
    await requireImpartial(tx, actor, [tenantId]);
    await lockTenants(tx, [tenantId]);
    await this.open(tx, [tenantId]);
    const postings = transfer({ from: accounts.external, to: accounts.walletAvailable(tenantId), unit: 'CNY', amount });
    const [posted] = await this.ledger.post(tx, [
      { key: `top-up:${tenantId}:${key}`, kind: 'wallet.topped-up', effectiveAt: at, tenantId, reason: reference, postings },
    ]);
    invariant(posted !== undefined, 'an entry was posted');
    if (posted.repeated) return { entryId: posted.id, repeated: true };
    await notify(tx, FUNDS_TOPIC);
    await this.audit.record(tx, {
      actor,
      action: 'wallet.topped-up',
      objectType: 'wallet',
      objectId: tenantId,
      tenantId,
      after: { amountFen: amount.toString(), reference },
    });
    return { entryId: posted.id, repeated: false };
  }

  /**
   * Posts money paid out: wallet → external, effective at `at`.
   * @throws DomainError `wallet.refund-overdraft`, `access.conflict-of-interest`
   */
  async payOut(tx: Tx, actor: Actor, { tenantId, amount, reference, key }: TopUp, at: Instant): Promise<{ readonly entryId: string }> {
    await requireImpartial(tx, actor, [tenantId]);
    await lockTenants(tx, [tenantId]);
    const { available } = await this.balance(tx, tenantId);
    if (available < amount) {
      throw new DomainError('wallet.refund-overdraft', {
        field: '/amountFen',
        detail: `The wallet has ${formatMoney(available)} available.`,
        remedy: 'Pay out what is available.',
        kind: 'conflict',
      });
    }
    const postings = transfer({ from: accounts.walletAvailable(tenantId), to: accounts.external, unit: 'CNY', amount });
    const [posted] = await this.ledger.post(tx, [
      { key: `pay-out:${tenantId}:${key}`, kind: 'wallet.refunded', effectiveAt: at, tenantId, reason: reference, postings },
    ]);
    invariant(posted !== undefined, 'an entry was posted');
    await notify(tx, FUNDS_TOPIC);
    const after = { amountFen: amount.toString(), reference };
    await this.audit.record(tx, { actor, action: 'wallet.refunded', objectType: 'wallet', objectId: tenantId, tenantId, after });
    return { entryId: posted.id };
  }

  /** What is available and what is held of a tenant's wallet, in fen. */
  async balance(tx: Tx, tenantId: string): Promise<WalletBalance> {
    const [available, held] = [accounts.walletAvailable(tenantId), accounts.walletHeld(tenantId)];
    const balances = await this.ledger.balances(tx, [available, held]);
    return { available: balances.get(available) ?? 0n, held: balances.get(held) ?? 0n };
  }
}
