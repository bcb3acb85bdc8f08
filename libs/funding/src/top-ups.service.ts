import { Injectable } from '@nestjs/common';
import { IsNull, LessThan } from 'typeorm';
import { type Actor, AuditService, whoActed } from '#audit';
import { notify, type Tx } from '#database';
import { DecisionsService, type PendingDecision } from '#decisions';
import { BusinessCalendar, DomainError, formatMoney, type Instant, instantOf, newId, toDate } from '#kernel';
import { accounts, JournalService, LedgerService, reversal } from '#ledger';
import { FUNDS_TOPIC } from '#grants';
import { lockTenants } from '#tenancy';
import { referenceKey } from './domain/bank-reference.ts';
import { insertTopUp } from './top-ups.queries.ts';
import { WalletTopUpEntity } from './wallet-top-up.entity.ts';
import { type TopUp, WalletsService } from './wallets.service.ts';

/** Money received for a wallet. */
export type RecordedTopUp = Readonly<Omit<WalletTopUpEntity, 'referenceKey'>>;

const KIND = 'top-up-reversal';

/** What finance records as received: each bank reference once, and a way back that takes two people. */
@Injectable()
export class TopUpsService {
  constructor(
    private readonly wallets: WalletsService,
    private readonly ledger: LedgerService,
    private readonly journal: JournalService,
    private readonly calendar: BusinessCalendar,
    private readonly audit: AuditService,
    private readonly decisions: DecisionsService,
  ) {
    decisions.register({
      ...{ kind: KIND, action: 'wallet.topUp' },
      carryOut: (tx, confirmer, decision, at) => this.#reverse(tx, confirmer, decision, at),
    });
  }

  /** @throws DomainError `wallet.reference-used`, and those of `WalletsService.topUp` */
  async record(tx: Tx, actor: Actor, topUp: TopUp, at: Instant): Promise<void> {
    const { entryId, repeated } = await this.wallets.topUp(tx, actor, topUp, at);
    if (repeated) return;
    const { tenantId, amount: amountFen, reference } = topUp;
    const received = { id: newId('topup'), tenantId, amountFen, reference, referenceKey: referenceKey(reference), entryId };
    if (await insertTopUp(tx, { ...received, at: toDate(at), actor: whoActed(actor) })) return;
    const first = await tx.findOneBy(WalletTopUpEntity, { referenceKey: received.referenceKey, reversedAt: IsNull() });
    const which =
      first === null ? '' : `: ${first.id} of ${formatMoney(first.amountFen)} for ${first.tenantId} at ${first.at.toISOString()}`;
    throw new DomainError('wallet.reference-used', {
      field: '/reference',
      detail: `The reference ${reference} was recorded before${which}.`,
      remedy: 'Look at that top-up. If it is wrong, propose its reversal; if this is another transfer, give its own reference.',
      kind: 'conflict',
    });
  }

  /** Of a company, the latest first. */
  async list(tx: Tx, tenantId: string, page: { readonly after?: string; readonly limit: number }): Promise<RecordedTopUp[]> {
    const where = { tenantId, ...(page.after !== undefined && { id: LessThan(page.after) }) };
    return await tx.find(WalletTopUpEntity, { where, order: { id: 'DESC' }, take: page.limit });
  }

  /**
   * Proposes to take a top-up back; somebody else of finance confirms it.
   * @throws DomainError `wallet.top-up-unknown`, `wallet.top-up-reversed`, those of `DecisionsService.propose`
   */
  async proposeReversal(tx: Tx, actor: Actor, tenantId: string, id: string, reason: string, at: Instant): Promise<PendingDecision> {
    const { amountFen, reference } = await this.#notReversed(tx, tenantId, id);
    const summary = `The top-up of ${formatMoney(amountFen)} with the reference ${reference} is reversed.`;
    return await this.decisions.propose(tx, actor, { kind: KIND, subject: id, tenantId, payload: {}, summary, reason }, at);
  }

  async #reverse(tx: Tx, confirmer: Actor, { id: decisionId, subject, tenantId, reason }: PendingDecision, at: Instant): Promise<void> {
    const topUp = await this.#notReversed(tx, tenantId ?? '', subject);
    await lockTenants(tx, [topUp.tenantId]);
    const entry = await this.journal.entry(tx, topUp.entryId);
    const available = (await this.wallets.balance(tx, topUp.tenantId)).available;
    if (available < topUp.amountFen) {
      throw new DomainError('wallet.reversal-overdraft', {
        detail: `${accounts.walletAvailable(topUp.tenantId)} has ${formatMoney(available)} available, the top-up was ${formatMoney(topUp.amountFen)}.`,
        remedy: 'Let the company pay the difference in first, or reverse it when its jobs have released what they hold.',
        kind: 'conflict',
      });
    }
    const month = this.calendar.monthOf(entry.effectiveAt);
    const belongsTo = month === this.calendar.monthOf(at) ? {} : { belongsTo: month };
    await this.ledger.post(tx, [reversal(entry, { key: `top-up-reversal:${subject}`, effectiveAt: at, reason, ...belongsTo })]);
    await tx.update(WalletTopUpEntity, { id: subject }, { reversedAt: toDate(at) });
    await notify(tx, FUNDS_TOPIC);
    const after = { amountFen: topUp.amountFen, reference: topUp.reference, at: instantOf(toDate(at)), decisionId };
    await this.audit.record(tx, {
      ...{ actor: confirmer, action: 'wallet.top-up-reversed', objectType: 'wallet', objectId: topUp.tenantId, tenantId: topUp.tenantId },
      ...{ reason, after },
    });
  }

  async #notReversed(tx: Tx, tenantId: string, id: string): Promise<RecordedTopUp> {
    const topUp = await tx.findOne(WalletTopUpEntity, { where: { id, tenantId }, lock: { mode: 'pessimistic_write' } });
    if (topUp === null) {
      throw new DomainError('wallet.top-up-unknown', { detail: `The company has no top-up ${id}.`, kind: 'not-found' });
    }
    if (topUp.reversedAt === null) return topUp;
    throw new DomainError('wallet.top-up-reversed', {
      detail: `This top-up was reversed at ${topUp.reversedAt.toISOString()}.`,
      remedy: 'Nothing is left to be done.',
      kind: 'conflict',
    });
  }
}
