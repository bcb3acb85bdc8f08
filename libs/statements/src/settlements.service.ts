import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { GrantsService } from '#grants';
import { canRead, type Principal } from '#identity';
import { digestOf, invariant, type Month } from '#kernel';
import { ProgrammesService } from '#programmes';
import { closedAt } from './closed-months.ts';
import { companyNames, DocumentNamesService } from './document-names.service.ts';
import { type CompanyNames, settlementDocument, type SettlementDocument, type SettlementProgramme } from './domain/settlement.ts';
import type { StatementDocument } from './domain/statement-document.ts';
import type { SignedProof } from './month-record.ts';
import { SettlementListEntity } from './settlement-list.entity.ts';
import { StatementEntity } from './statement.entity.ts';
import { StatementsService } from './statements.service.ts';

/** A settlement list with the digest of its canonical form; one of a closed month can change no more. */
export interface IssuedSettlement {
  readonly document: SettlementDocument;
  readonly digest: string;
  readonly closedAt?: Date;
  /** That it was closed with its month; absent for a part of the list, and where the month is open or was closed before months had records. */
  readonly proof?: SignedProof;
  /** Whether the reader sees only the line of their own company: it is no list of the whole programme then. */
  readonly partial: boolean;
}

/** Settlement lists with the names that people read (rule T4). */
@Injectable()
export class SettlementsService {
  constructor(
    private readonly statements: StatementsService,
    private readonly programmes: ProgrammesService,
    private readonly grants: GrantsService,
    private readonly names: DocumentNamesService,
  ) {}

  /** What a programme paid in `month`, per company. A company reads its own line only. @throws DomainError `programme.unknown` */
  async read(tx: Tx, reader: Principal, programmeId: string, month: Month): Promise<IssuedSettlement> {
    await this.programmes.getReadable(tx, reader, programmeId);
    const closed = await closedAt(tx, month);
    const partial = reader.tenantId !== undefined;
    const final = closed === undefined || partial ? null : await tx.findOneBy(SettlementListEntity, { programmeId, month });
    const document =
      final === null ? await this.#fromLedger(tx, reader, programmeId, month) : (JSON.parse(final.document) as SettlementDocument);
    const digest = final?.digest ?? digestOf(document);
    const proof = final === null || final.proof === null ? {} : { proof: JSON.parse(final.proof) as SignedProof };
    return { document, digest, partial, ...(closed !== undefined && { closedAt: closed }), ...proof };
  }

  async #fromLedger(tx: Tx, reader: Principal, programmeId: string, month: Month): Promise<SettlementDocument> {
    const grantIds = await this.grants.idsOfProgramme(tx, programmeId);
    const lines = (await this.statements.settlement(tx, grantIds, month)).filter(({ tenantId }) => canRead(reader, tenantId));
    const present = (await this.names.programmesOf(tx, month)).get(programmeId);
    invariant(present !== undefined, 'a programme that can be read has a name');
    const { id, ...programme } = present;
    const companies = await this.names.companiesOf(tx, month, reader.tenantId);
    const final = reader.tenantId === undefined ? undefined : await closedNames(tx, reader.tenantId, month);
    const named = lines.map((line) => ({ ...line, ...(final?.company ?? companyNames(companies, line.tenantId)) }));
    return settlementDocument(id, month, { ...programme, ...final?.programmeOf(grantIds) }, named);
  }
}

/** What a company's own closed statement calls the company and the programme of its grants; undefined where there is none with names. */
async function closedNames(tx: Tx, tenantId: string, month: Month) {
  const statement = await tx.findOneBy(StatementEntity, { tenantId, month });
  const document = statement === null ? undefined : (JSON.parse(statement.document) as StatementDocument);
  if (document?.format === undefined) return undefined;
  const { names } = document;
  const company: CompanyNames = {
    ...{ companyName: names.company, creditCode: names.creditCode, formerCompanyNames: names.formerCompanyNames },
  };
  const programmeOf = (grantIds: readonly string[]): Partial<SettlementProgramme> => {
    const id = grantIds.find((one) => names.programmes[one] !== undefined) ?? '';
    const name = names.programmes[id];
    return name === undefined ? {} : { name, formerNames: names.formerProgrammeNames[id] ?? [], documents: names.documents[id] ?? [] };
  };
  return { company, programmeOf };
}
