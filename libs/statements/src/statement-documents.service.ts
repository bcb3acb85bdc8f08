import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { GrantsService } from '#grants';
import { BusinessCalendar, digestOf, invariant, type Month } from '#kernel';
import { correctionsByJob } from '#ledger';
import { closedAt } from './closed-months.ts';
import { companyNames, DocumentNamesService } from './document-names.service.ts';
import { settlementDocument, type SettlementDocument } from './domain/settlement.ts';
import type { OnTheWire } from './domain/on-the-wire.ts';
import type { Statement } from './domain/statement.ts';
import {
  documentOf,
  type NamedStatementDocument,
  type StatementCorrection,
  statementCorrections,
  type StatementDocument,
  type StatementNames,
} from './domain/statement-document.ts';
import { type ClosedDocument, closedDocument, type SignedProof } from './month-record.ts';
import { StatementEntity } from './statement.entity.ts';
import { StatementsService } from './statements.service.ts';

/**
 * A statement with the digest of its canonical form; `closedAt` where its month is closed and it can change no more. `names` and
 * `corrections` are those of the document, or, where it was closed without them, those of now.
 */
export interface IssuedStatement {
  readonly document: StatementDocument;
  readonly digest: string;
  readonly closedAt?: Date;
  readonly names: OnTheWire<StatementNames>;
  readonly corrections: readonly OnTheWire<StatementCorrection>[];
  /** That it was closed with its month; absent where the month is open, or was closed before months had records. */
  readonly proof?: SignedProof;
}

/** The documents that are closed with a month: statements by company, settlement lists by programme. */
export interface FinalDocuments {
  /** Made while they are read, in the transaction in which they were asked for. */
  readonly statements: AsyncIterable<ClosedDocument>;
  readonly settlements: readonly ClosedDocument[];
}

/** The documents of a month: statements with the names of what they list, and what closing a month freezes (rule T3). */
@Injectable()
export class StatementDocumentsService {
  constructor(
    private readonly statements: StatementsService,
    private readonly names: DocumentNamesService,
    private readonly grants: GrantsService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** The final statement of a closed month, the present one of an open month. @throws DomainError `company.unknown` */
  async statement(tx: Tx, tenantId: string, month: Month): Promise<IssuedStatement> {
    const final = await tx.findOneBy(StatementEntity, { tenantId, month });
    const at = final === null ? undefined : await closedAt(tx, month);
    if (final === null || at === undefined) {
      const document = await this.#present(tx, tenantId, month);
      return { document, digest: digestOf(document), names: document.names, corrections: document.corrections };
    }
    const document = JSON.parse(final.document) as StatementDocument;
    const { names, corrections } = document.format === undefined ? await this.#present(tx, tenantId, month) : document;
    const proof = final.proof === null ? {} : { proof: JSON.parse(final.proof) as SignedProof };
    return { document, digest: final.digest, closedAt: at, names, corrections, ...proof };
  }

  /** What closing a month freezes: the statement of every company, and the settlement list of every programme that has grants. */
  async final(tx: Tx, month: Month): Promise<FinalDocuments> {
    const lists = await this.#settlements(tx, month);
    return { statements: this.#finalStatements(tx, month), settlements: lists.map((list) => closedDocument(list.programmeId, list)) };
  }

  async *#finalStatements(tx: Tx, month: Month): AsyncGenerator<ClosedDocument> {
    for await (const statement of this.#documents(tx, month, this.statements.eachOf(tx, month))) {
      yield closedDocument(statement.tenantId, statement);
    }
  }

  async #present(tx: Tx, tenantId: string, month: Month): Promise<NamedStatementDocument> {
    const statement = await this.statements.ofTenant(tx, tenantId, month);
    const { value: document } = await this.#documents(tx, month, [statement], tenantId).next();
    invariant(document !== undefined, 'a statement has a document');
    return document;
  }

  /** The documents of statements, one after the other; names of companies and grants are read once. @param tenantId of their one company */
  async *#documents(
    tx: Tx,
    month: Month,
    statements: AsyncIterable<Statement> | Iterable<Statement>,
    tenantId?: string,
  ): AsyncGenerator<NamedStatementDocument, undefined> {
    const period = { from: this.calendar.startOf(month), until: this.calendar.endOf(month) };
    const found = Map.groupBy(await correctionsByJob(tx, period, tenantId), (correction) => correction.tenantId);
    const names = await this.names.ofLines(tx, month, tenantId);
    for await (const statement of statements) {
      const corrections = statementCorrections(month, found.get(statement.tenantId) ?? []);
      yield documentOf(statement, corrections, await this.names.ofStatement(tx, statement, corrections, names.get(statement.tenantId)));
    }
    return undefined;
  }

  async #settlements(tx: Tx, month: Month): Promise<SettlementDocument[]> {
    const programmes = await this.names.programmesOf(tx, month);
    const companies = await this.names.companiesOf(tx, month);
    const grants = Map.groupBy(await this.grants.list(tx), ({ programmeId }) => programmeId);
    const idsOf = new Map([...grants].map(([programmeId, own]) => [programmeId, own.map(({ id }) => id)]));
    const settled = await this.statements.settlements(tx, idsOf, month);
    return [...programmes.values()]
      .filter(({ id }) => grants.has(id))
      .map(({ id, ...programme }) => {
        const lines = (settled.get(id) ?? []).map((line) => ({ ...line, ...companyNames(companies, line.tenantId) }));
        return settlementDocument(id, month, programme, lines);
      });
  }
}
