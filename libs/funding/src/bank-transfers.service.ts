import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { fileTypeFromBuffer } from 'file-type';
import { IsNull, LessThan, Not } from 'typeorm';
import { z } from 'zod';
import { type Actor, AuditService, whoActed } from '#audit';
import { notify, recordEvent, type Tx } from '#database';
import { DecisionsService, type PendingDecision } from '#decisions';
import type { Principal } from '#identity';
import { BusinessCalendar, DomainError, type Fen, formatMoney, type Instant, newId, toDate } from '#kernel';
import { JournalService, LedgerService, reversal } from '#ledger';
import { FUNDS_TOPIC } from '#grants';
import { ObjectStore } from '#storage';
import { CompaniesService, lockTenants, requireImpartial } from '#tenancy';
import { BankTransferEntity, type ProofFile, type TransferDirection, type TransferState } from './bank-transfer.entity.ts';
import { insertTransfer } from './bank-transfers.queries.ts';
import { referenceKey } from './domain/bank-reference.ts';
import { proofName, requirePayable, requireProofType, requireRefundable, reversibleAmount } from './domain/bank-transfer-rules.ts';
import { TRANSFER_CHANGED } from './transfer-changed.ts';
import { WalletsService } from './wallets.service.ts';

/** A bank transfer as it is kept. */
export type BankTransfer = Readonly<Omit<BankTransferEntity, 'referenceKey'>>;

/** What one person of finance records. */
export interface NewTransfer {
  readonly tenantId: string;
  readonly direction: TransferDirection;
  readonly amount: Fen;
  /** Number of the bank transfer. */
  readonly reference: string;
  /** Calendar day, such as `2026-10-01`. */
  readonly paidOn: string;
  /** Why money is paid out. */
  readonly reason?: string;
}

export interface TransferFilter {
  readonly tenantId?: string;
  readonly state?: TransferState;
  /** Only those before this id: the latest come first. */
  readonly after?: string;
  readonly limit: number;
}

const [CONFIRMATION, REVERSAL] = ['bank-transfer', 'bank-transfer-reversal'];
/** A kind of its own, which a process of a release that reverses whole transfers only does not carry out. */
const PART_REVERSAL = 'bank-transfer-part-reversal';
/** Decisions of earlier releases name no amount: they reverse what is left. */
const reversalPayload = z.object({ amountFen: z.string().regex(/^\d+$/).transform(BigInt).optional() });

/**
 * Bank transfers into wallets, and out of those of companies that leave. One person of finance records, another confirms, and only then
 * money is posted. Nobody does either for a company that they belong to. A confirmed transfer is taken back by a correcting entry.
 */
@Injectable()
export class BankTransfersService {
  constructor(
    private readonly wallets: WalletsService,
    private readonly companies: CompaniesService,
    private readonly ledger: LedgerService,
    private readonly journal: JournalService,
    private readonly calendar: BusinessCalendar,
    private readonly audit: AuditService,
    private readonly decisions: DecisionsService,
    private readonly store: ObjectStore,
  ) {
    decisions.register({
      ...{ kind: CONFIRMATION, action: 'wallet.topUp' },
      carryOut: (tx, confirmer, decision, at) => this.#post(tx, confirmer, decision, at),
      dropped: (tx, actor, decision, comment, at) => this.#reject(tx, actor, decision, comment, at),
    });
    for (const kind of [REVERSAL, PART_REVERSAL]) {
      decisions.register({
        ...{ kind, action: 'wallet.topUp' as const },
        carryOut: (tx, confirmer, decision, at) => this.#reverse(tx, confirmer, decision, at),
      });
    }
  }

  /**
   * Records a transfer, which waits for another person of finance.
   * @throws DomainError `wallet.amount-not-positive`, `wallet.paid-later`, `wallet.reference-used`, `wallet.not-leaving`,
   * `wallet.refund-overdraft`, `company.unknown`, those of `DecisionsService.propose`
   */
  async record(tx: Tx, actor: Actor, given: NewTransfer, at: Instant): Promise<BankTransfer> {
    requirePayable(given, this.calendar.dayOf(at));
    await requireImpartial(tx, actor, [given.tenantId]);
    await this.#requireRefundable(tx, given);
    await this.#dropExpired(tx, given, at);
    const { tenantId, direction, amount: amountFen, reference, paidOn, reason = null } = given;
    const id = newId('transfer');
    const recorded = { id, tenantId, direction, amountFen, reference, referenceKey: referenceKey(reference), paidOn, reason };
    if (!(await insertTransfer(tx, { ...recorded, recordedBy: whoActed(actor), recordedAt: toDate(at) }))) {
      throw await this.#used(tx, direction, reference);
    }
    const what = direction === 'in' ? 'credited to the wallet' : 'paid out of the wallet';
    const summary = `The bank transfer ${reference} of ${formatMoney(amountFen)} of ${paidOn} is ${what}.`;
    const proposal = { kind: CONFIRMATION, subject: id, tenantId, payload: {}, summary, reason: reason ?? reference };
    const decision = await this.decisions.propose(tx, actor, proposal, at);
    await tx.update(BankTransferEntity, { id }, { decisionId: decision.id });
    const transfer = await this.get(tx, tenantId, id);
    await this.#record(tx, actor, 'transfer.recorded', transfer, reason ?? reference);
    return transfer;
  }

  /** Adds or replaces the bank's proof of a transfer that waits. @throws DomainError `wallet.transfer-unknown`, `wallet.transfer-decided`, `wallet.proof-type`, `wallet.proof-size`, `access.conflict-of-interest` */
  async addProof(tx: Tx, actor: Actor, tenantId: string, id: string, file: { fileName: string; content: Buffer }): Promise<BankTransfer> {
    await requireImpartial(tx, actor, [tenantId]);
    const mediaType = requireProofType(file.content.length, (await fileTypeFromBuffer(file.content))?.mime);
    const transfer = await this.#locked(tx, tenantId, id);
    this.#requirePending(transfer);
    const sha256 = createHash('sha256').update(file.content).digest('hex');
    const proof: ProofFile = {
      id: newId('attachment'),
      fileName: proofName(file.fileName),
      mediaType,
      sizeBytes: file.content.length,
      sha256,
    };
    await this.store.put(tx, proof.id, file.content);
    if (transfer.proof !== null) await this.store.delete(tx, transfer.proof.id);
    await tx.update(BankTransferEntity, { id }, { proof });
    const changed = await this.get(tx, tenantId, id);
    await this.audit.record(tx, {
      ...{ actor, action: 'transfer.proof-added', objectType: 'wallet', objectId: tenantId, tenantId, reason: proof.fileName },
      ...{ before: { transfer: id, proof: transfer.proof }, after: { transfer: id, proof } },
    });
    return changed;
  }

  /** @throws DomainError `wallet.transfer-unknown`, `wallet.proof-missing`, `wallet.proof-altered` */
  async proof(tx: Tx, tenantId: string, id: string): Promise<{ readonly proof: ProofFile; readonly content: Buffer }> {
    const { proof } = await this.get(tx, tenantId, id);
    if (proof === null) throw new DomainError('wallet.proof-missing', { detail: `The transfer ${id} has no proof.`, kind: 'not-found' });
    const content = await this.store.get(tx, proof.id);
    if (createHash('sha256').update(content).digest('hex') === proof.sha256) return { proof, content };
    throw new DomainError('wallet.proof-altered', {
      detail: `The content of ${proof.fileName} is not what was added: its SHA-256 differs.`,
      remedy: 'Ask the operator to restore it from a backup.',
      kind: 'conflict',
    });
  }

  /** @throws DomainError `wallet.transfer-unknown`, `wallet.transfer-decided`, those of `DecisionsService.confirm` and of the posting */
  async confirm(tx: Tx, principal: Principal, tenantId: string, id: string, comment: string, at: Instant): Promise<BankTransfer> {
    await this.decisions.confirm(tx, principal, await this.#decisionOf(tx, tenantId, id), comment, at);
    return await this.get(tx, tenantId, id);
  }

  /** @throws DomainError `wallet.transfer-unknown`, `wallet.transfer-decided`, those of `DecisionsService.reject` */
  async reject(tx: Tx, principal: Principal, tenantId: string, id: string, reason: string, at: Instant): Promise<BankTransfer> {
    await this.decisions.reject(tx, principal, await this.#decisionOf(tx, tenantId, id), reason, at);
    return await this.get(tx, tenantId, id);
  }

  /** The latest first. */
  async list(tx: Tx, { tenantId, state, after, limit }: TransferFilter): Promise<BankTransfer[]> {
    const where = {
      ...(tenantId !== undefined && { tenantId }),
      ...(state !== undefined && { state }),
      ...(after !== undefined && { id: LessThan(after) }),
    };
    return await tx.find(BankTransferEntity, { where, order: { id: 'DESC' }, take: limit });
  }

  /** @throws DomainError `wallet.transfer-unknown` */
  async get(tx: Tx, tenantId: string, id: string): Promise<BankTransfer> {
    const transfer = await tx.findOneBy(BankTransferEntity, { id, tenantId });
    if (transfer !== null) return transfer;
    throw new DomainError('wallet.transfer-unknown', { detail: `The company has no bank transfer ${id}.`, kind: 'not-found' });
  }

  /**
   * Proposes to take a confirmed transfer back, or a part of it, by a correcting entry; another person of finance confirms it.
   * @param part in fen; absent: all that is left of it
   * @throws DomainError `wallet.transfer-unknown`, `wallet.transfer-not-confirmed`, `wallet.transfer-reversed`, `wallet.reversal-amount`,
   * those of `DecisionsService.propose`
   */
  async proposeReversal(
    tx: Tx,
    actor: Actor,
    tenantId: string,
    id: string,
    { reason, part }: { readonly reason: string; readonly part?: Fen },
    at: Instant,
  ): Promise<PendingDecision> {
    const transfer = await this.#locked(tx, tenantId, id);
    const amount = reversibleAmount(transfer, part);
    const isWhole = amount === transfer.amountFen;
    const of = `bank transfer ${transfer.reference} of ${formatMoney(transfer.amountFen)} is reversed.`;
    const summary = isWhole ? `The ${of}` : `A part of ${formatMoney(amount)} of the ${of}`;
    const kind = isWhole ? REVERSAL : PART_REVERSAL;
    const payload = { amountFen: amount.toString() };
    return await this.decisions.propose(tx, actor, { kind, subject: id, tenantId, payload, summary, reason }, at);
  }

  async #post(tx: Tx, confirmer: Actor, { subject, tenantId }: PendingDecision, at: Instant): Promise<void> {
    const transfer = await this.#locked(tx, tenantId ?? '', subject);
    this.#requirePending(transfer);
    if (transfer.proof === null) {
      throw new DomainError('wallet.proof-missing', {
        detail: `The bank transfer ${transfer.reference} has no proof of the bank.`,
        remedy: 'Have the proof added first: a PDF, PNG or JPEG.',
        kind: 'conflict',
      });
    }
    const { amountFen: amount, reference, direction } = transfer;
    await this.#requireRefundable(tx, { tenantId: transfer.tenantId, direction, amount });
    const posting = { tenantId: transfer.tenantId, amount, reference, key: transfer.id };
    const { entryId } = await (direction === 'in'
      ? this.wallets.topUp(tx, confirmer, posting, at)
      : this.wallets.payOut(tx, confirmer, posting, at));
    await tx.update(
      BankTransferEntity,
      { id: subject },
      { state: 'confirmed', entryId, decidedBy: whoActed(confirmer), decidedAt: toDate(at) },
    );
    await this.#record(tx, confirmer, 'transfer.confirmed', await this.get(tx, transfer.tenantId, subject), reference);
  }

  async #reject(tx: Tx, actor: Actor, { subject, tenantId }: PendingDecision, comment: string, at: Instant): Promise<void> {
    const rejected = {
      state: 'rejected',
      decidedBy: whoActed(actor),
      decidedAt: toDate(at),
      comment: comment === '' ? null : comment,
    } as const;
    await tx.update(BankTransferEntity, { id: subject, state: 'pending' }, rejected);
    await this.#record(tx, actor, 'transfer.rejected', await this.get(tx, tenantId ?? '', subject), comment);
  }

  async #reverse(tx: Tx, confirmer: Actor, decision: PendingDecision, at: Instant): Promise<void> {
    const { id: decisionId, subject, tenantId, payload, reason } = decision;
    const transfer = await this.#locked(tx, tenantId ?? '', subject);
    const amount = reversibleAmount(transfer, reversalPayload.parse(payload).amountFen);
    await lockTenants(tx, [transfer.tenantId]);
    const entry = await this.journal.entry(tx, transfer.entryId ?? '');
    const { available } = await this.wallets.balance(tx, transfer.tenantId);
    if (transfer.direction === 'in' && available < amount) {
      throw new DomainError('wallet.reversal-overdraft', {
        detail: `The wallet has ${formatMoney(available)} available, and ${formatMoney(amount)} of the transfer are to be reversed.`,
        remedy: 'Let the company pay the difference in first, reverse a part, or wait until its jobs have released what they hold.',
        kind: 'conflict',
      });
    }
    const month = this.calendar.monthOf(entry.effectiveAt);
    const belongsTo = month === this.calendar.monthOf(at) ? {} : { belongsTo: month };
    const taken = reversal(entry, { key: `transfer-reversal:${subject}/${decisionId}`, effectiveAt: at, reason, ...belongsTo });
    const postings = taken.postings.map((posting) => ({ ...posting, amount: posting.amount < 0n ? -amount : amount }));
    await this.ledger.post(tx, [{ ...taken, postings }]);
    const reversedFen = transfer.reversedFen + amount;
    const isWhole = reversedFen === transfer.amountFen;
    await tx.update(BankTransferEntity, { id: subject }, { reversedFen, ...(isWhole && { reversedAt: toDate(at) }) });
    await notify(tx, FUNDS_TOPIC);
    const reversed = await this.get(tx, transfer.tenantId, subject);
    await this.#record(tx, confirmer, 'transfer.reversed', reversed, reason, { decisionId, amount });
  }

  async #requireRefundable(tx: Tx, { tenantId, direction, amount }: Pick<NewTransfer, 'tenantId' | 'direction' | 'amount'>): Promise<void> {
    const company = await this.companies.get(tx, tenantId);
    if (direction === 'out') requireRefundable(company, await this.wallets.balance(tx, tenantId), amount);
  }

  /** A transfer whose decision nobody made in time counts no more, so that it can be recorded again. */
  async #dropExpired(tx: Tx, { direction, reference }: NewTransfer, at: Instant): Promise<void> {
    const waiting = await tx.findOneBy(BankTransferEntity, { direction, referenceKey: referenceKey(reference), state: 'pending' });
    if (waiting?.decisionId === null || waiting === null) return;
    const { state } = await this.decisions.get(tx, waiting.decisionId, at);
    if (state === 'expired')
      await tx.update(BankTransferEntity, { id: waiting.id, state: 'pending' }, { state: 'rejected', comment: 'expired' });
  }

  async #used(tx: Tx, direction: TransferDirection, reference: string): Promise<DomainError> {
    const key = { direction, referenceKey: referenceKey(reference), state: Not('rejected' as const), reversedAt: IsNull() };
    const first = await tx.findOneBy(BankTransferEntity, key);
    const which =
      first === null ? '' : `: ${first.id} of ${formatMoney(first.amountFen)} for ${first.tenantId} at ${first.recordedAt.toISOString()}`;
    return new DomainError('wallet.reference-used', {
      field: '/reference',
      detail: `The reference ${reference} was recorded before${which}.`,
      remedy: 'Look at that transfer. If it is wrong, have it rejected or reversed; if this is another one, give its own reference.',
      kind: 'conflict',
    });
  }

  async #decisionOf(tx: Tx, tenantId: string, id: string): Promise<string> {
    const transfer = await this.get(tx, tenantId, id);
    this.#requirePending(transfer);
    return transfer.decisionId ?? '';
  }

  async #locked(tx: Tx, tenantId: string, id: string): Promise<BankTransferEntity> {
    const transfer = await tx.findOne(BankTransferEntity, { where: { id, tenantId }, lock: { mode: 'pessimistic_write' } });
    if (transfer !== null) return transfer;
    throw new DomainError('wallet.transfer-unknown', { detail: `The company has no bank transfer ${id}.`, kind: 'not-found' });
  }

  #requirePending({ id, state }: BankTransfer): void {
    if (state === 'pending') return;
    throw new DomainError('wallet.transfer-decided', {
      detail: `The bank transfer ${id} is ${state}.`,
      remedy: state === 'confirmed' ? 'Propose its reversal if it is wrong.' : 'Record it again if it was received.',
      kind: 'conflict',
    });
  }

  /** @param reversed what was reversed by this decision */
  async #record(
    tx: Tx,
    actor: Actor,
    action: string,
    transfer: BankTransfer,
    reason: string,
    reversed?: { readonly decisionId: string; readonly amount: Fen },
  ): Promise<void> {
    const { id, tenantId, direction, state, amountFen, reference, paidOn, proof } = transfer;
    const proven = proof === null ? {} : { proof: proof.fileName, sha256: proof.sha256 };
    const decisionId = reversed?.decisionId ?? transfer.decisionId;
    const after = {
      ...{ transfer: id, direction, state, amountFen: amountFen.toString(), reference, paidOn, ...proven, decisionId },
      ...(reversed !== undefined && { reversedFen: transfer.reversedFen.toString() }),
    };
    await this.audit.record(tx, { actor, action, objectType: 'wallet', objectId: tenantId, tenantId, reason, after });
    const told = reversed === undefined ? { state, amount: amountFen } : { state: 'reversed' as const, amount: reversed.amount };
    const key = reversed === undefined ? `${id}/${state}` : `${id}/reversed/${reversed.decisionId}`;
    const data = { id, tenantId, direction, state: told.state, amountFen: Number(told.amount), reference };
    await recordEvent(tx, TRANSFER_CHANGED, { key, data: { ...data, by: actor.id, reason } });
  }
}
