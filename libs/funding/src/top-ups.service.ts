import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import { notify, type Tx } from '#database';
import { DecisionsService, type PendingDecision } from '#decisions';
import { BusinessCalendar, DomainError, type Fen, formatMoney, type Instant, instantOf, newId, toDate } from '#kernel';
import { accounts, JournalService, LedgerService, reversal } from '#ledger';
import { FUNDS_TOPIC } from '#grants';
import { lockTenants } from '#tenancy';
import { referenceKey } from './domain/bank-reference.ts';
import { type TopUp, WalletsService } from './wallets.service.ts';

/** Money received for a wallet. */
export interface RecordedTopUp {
  readonly id: string;
  readonly tenantId: string;
  readonly amountFen: Fen;
  readonly reference: string;
  readonly entryId: string;
  readonly at: Date;
  readonly actor: { readonly id: string; readonly name: string };
  readonly reversedAt: Date | null;
}

const KIND = 'top-up-reversal';
const COLUMNS = `id, tenant_id AS "tenantId", amount_fen AS "amountFen", reference, entry_id AS "entryId", at, actor, reversed_at AS "reversedAt"`;

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
    const inserted = await tx.query<unknown[]>(
      `INSERT INTO wallet_top_up (id, tenant_id, amount_fen, reference, reference_key, entry_id, at, actor)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (reference_key) WHERE reversed_at IS NULL DO NOTHING RETURNING id`,
      [
        ...[newId('topup'), topUp.tenantId, topUp.amount, topUp.reference, referenceKey(topUp.reference), entryId, toDate(at)],
        JSON.stringify({ kind: actor.kind, id: actor.id, name: actor.name }),
      ],
    );
    if (inserted.length > 0) return;
    const [first] = await tx.query<RecordedTopUp[]>(
      `SELECT ${COLUMNS} FROM wallet_top_up WHERE reference_key = $1 AND reversed_at IS NULL`,
      [referenceKey(topUp.reference)],
    );
    const which =
      first === undefined ? '' : `: ${first.id} of ${formatMoney(first.amountFen)} for ${first.tenantId} at ${first.at.toISOString()}`;
    throw new DomainError('wallet.reference-used', {
      field: '/reference',
      detail: `The reference ${topUp.reference} was recorded before${which}.`,
      remedy: 'Look at that top-up. If it is wrong, propose its reversal; if this is another transfer, give its own reference.',
      kind: 'conflict',
    });
  }

  /** Of a company, the latest first. */
  async list(tx: Tx, tenantId: string, page: { readonly after?: string; readonly limit: number }): Promise<RecordedTopUp[]> {
    return await tx.query<RecordedTopUp[]>(
      `SELECT ${COLUMNS} FROM wallet_top_up WHERE tenant_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [tenantId, page.after ?? null, page.limit],
    );
  }

  /**
   * Proposes to take a top-up back; somebody else of finance confirms it.
   * @throws DomainError `wallet.top-up-unknown`, `wallet.top-up-reversed`, those of `DecisionsService.propose`
   */
  async proposeReversal(tx: Tx, actor: Actor, tenantId: string, id: string, reason: string, at: Instant): Promise<PendingDecision> {
    const { amountFen, reference } = await this.#standing(tx, tenantId, id);
    const summary = `The top-up of ${formatMoney(amountFen)} with the reference ${reference} is reversed.`;
    return await this.decisions.propose(tx, actor, { kind: KIND, subject: id, tenantId, payload: {}, summary, reason }, at);
  }

  async #reverse(tx: Tx, confirmer: Actor, { id: decisionId, subject, tenantId, reason }: PendingDecision, at: Instant): Promise<void> {
    const topUp = await this.#standing(tx, tenantId ?? '', subject);
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
    await tx.query(`UPDATE wallet_top_up SET reversed_at = $2 WHERE id = $1`, [subject, toDate(at)]);
    await notify(tx, FUNDS_TOPIC);
    const after = { amountFen: topUp.amountFen, reference: topUp.reference, at: instantOf(toDate(at)), decisionId };
    await this.audit.record(tx, {
      ...{ actor: confirmer, action: 'wallet.top-up-reversed', objectType: 'wallet', objectId: topUp.tenantId, tenantId: topUp.tenantId },
      ...{ reason, after },
    });
  }

  async #standing(tx: Tx, tenantId: string, id: string): Promise<RecordedTopUp> {
    const [topUp] = await tx.query<RecordedTopUp[]>(`SELECT ${COLUMNS} FROM wallet_top_up WHERE id = $1 AND tenant_id = $2 FOR UPDATE`, [
      id,
      tenantId,
    ]);
    if (topUp === undefined) {
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
