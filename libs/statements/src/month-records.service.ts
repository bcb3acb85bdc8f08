import { Injectable } from '@nestjs/common';
import { AuditTrailService } from '#audit';
import type { Tx } from '#database';
import { BusinessCalendar, canonicalJson, DomainError, type Month, type Signature } from '#kernel';
import { SigningKeysService } from '#signing';
import {
  createStage,
  dropStage,
  insertSettlementLists,
  insertStatements,
  stagedStatements,
  stageStatements,
} from './closed-months.queries.ts';
import { closedAt } from './closed-months.ts';
import { MonthRecordEntity } from './month-record.entity.ts';
import { documentBatches, MONTH_RECORD_FORMAT, type MonthRecord, proofsOf, signedRecord, type SignedMonthRecord } from './month-record.ts';
import { SettlementListEntity } from './settlement-list.entity.ts';
import type { FinalDocuments } from './statement-documents.service.ts';
import { StatementEntity } from './statement.entity.ts';

/** Who closes a month. */
export interface ClosedBy {
  readonly closedBy: MonthRecord['closedBy'];
  readonly requestedBy: MonthRecord['requestedBy'];
}

/** The signed record of each closed month, and the proof of each document that was closed with it (rule T3). */
@Injectable()
export class MonthRecordsService {
  constructor(
    private readonly keys: SigningKeysService,
    private readonly trail: AuditTrailService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Writes the final documents of a month that is being closed, each with its proof, and the record of the month. A proof names the record,
   * and the record names all documents, so statements wait in the database until the record is signed: one batch is in memory at a time.
   * @throws DomainError `signing-key.retired`
   */
  async write(
    tx: Tx,
    closing: { readonly month: Month; readonly at: Date; readonly by: ClosedBy },
    { statements, settlements }: FinalDocuments,
  ): Promise<SignedMonthRecord> {
    const { month, at, by } = closing;
    const key = await this.keys.current(tx);
    const previous = this.calendar.previous(month);
    const before = await tx.findOneBy(MonthRecordEntity, { month: previous });
    const head = await this.trail.head(tx);
    const digests: MonthRecord['statements'] = [];
    let batches = 0;
    await createStage(tx);
    for await (const batch of documentBatches(statements)) {
      await stageStatements(tx, batches, batch);
      digests.push(...batch.map(({ subject, digest }) => ({ tenantId: subject, digest })));
      batches += 1;
    }
    const signed = signedRecord(
      {
        ...{ format: MONTH_RECORD_FORMAT, park: this.keys.parkName, month, closedAt: at.toISOString(), ...by },
        previous: before === null ? null : { month: previous, digest: before.digest },
        auditHead: { seq: Number(head.seq), hash: head.hash },
        statements: digests,
        settlements: settlements.map(({ subject, digest }) => ({ programmeId: subject, digest })),
      },
      key,
    );
    await tx.insert(MonthRecordEntity, {
      ...{ month, record: canonicalJson(signed.record), digest: signed.digest },
      signature: signed.signature === undefined ? null : canonicalJson(signed.signature),
    });
    const [ownBefore, listsBefore] = [await statementDigests(tx, previous), await settlementDigests(tx, previous)];
    for (let batch = 0; batch < batches; batch += 1) {
      const staged = await stagedStatements(tx, batch);
      await insertStatements(tx, month, batch, proofsOf(signed, staged, { month: previous, digests: ownBefore }, key));
    }
    await dropStage(tx);
    await insertSettlementLists(tx, month, settlements, proofsOf(signed, settlements, { month: previous, digests: listsBefore }, key));
    return signed;
  }

  /**
   * The record of a closed month.
   * @throws DomainError `month.open`, `month.no-record` where an earlier release closed it
   */
  async get(tx: Tx, month: Month): Promise<SignedMonthRecord> {
    const row = await tx.findOneBy(MonthRecordEntity, { month });
    if (row !== null) {
      const signature = row.signature === null ? {} : { signature: JSON.parse(row.signature) as Signature };
      return { record: JSON.parse(row.record) as MonthRecord, digest: row.digest, ...signature };
    }
    if ((await closedAt(tx, month)) === undefined) {
      const remedy = 'Close the month first.';
      throw new DomainError('month.open', { detail: `${month} is not closed, so it has no record.`, remedy, kind: 'not-found' });
    }
    throw new DomainError('month.no-record', {
      detail: `${month} was closed before months had records. Its statements are not signed.`,
      remedy: 'Verify its statements by their digests.',
      kind: 'not-found',
    });
  }
}

async function statementDigests(tx: Tx, month: Month): Promise<Map<string, string>> {
  const rows = await tx.find(StatementEntity, { select: { tenantId: true, digest: true }, where: { month } });
  return new Map(rows.map(({ tenantId, digest }) => [tenantId, digest]));
}

async function settlementDigests(tx: Tx, month: Month): Promise<Map<string, string>> {
  const rows = await tx.find(SettlementListEntity, { select: { programmeId: true, digest: true }, where: { month } });
  return new Map(rows.map(({ programmeId, digest }) => [programmeId, digest]));
}
