import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { GrantsService } from '#grants';
import { canRead, type Principal } from '#identity';
import type { Month } from '#kernel';
import { ProgrammesService } from '#programmes';
import { CompaniesService } from '#tenancy';
import { closedAt } from './closed-months.ts';
import type { NamedSettlement } from './readable/readable-settlement.ts';
import { StatementsService } from './statements.service.ts';

/** Settlement lists with the names that people read (rule T4). */
@Injectable()
export class SettlementsService {
  constructor(
    private readonly statements: StatementsService,
    private readonly programmes: ProgrammesService,
    private readonly grants: GrantsService,
    private readonly companies: CompaniesService,
  ) {}

  /** What a programme paid in `month`, per company. A company reads its own line only. @throws DomainError `programme.unknown` */
  async read(tx: Tx, reader: Principal, programmeId: string, month: Month): Promise<NamedSettlement> {
    const { id, code, name, funder } = await this.programmes.getReadable(tx, reader, programmeId);
    const all = await this.statements.settlement(tx, await this.grants.idsOfProgramme(tx, id), month);
    const readable = all.filter(({ tenantId }) => canRead(reader, tenantId));
    const companies = await this.companies.byIds(
      tx,
      readable.map(({ tenantId }) => tenantId),
    );
    const lines = readable.map((line) => {
      const company = companies.get(line.tenantId);
      return { ...line, companyName: company?.name ?? line.tenantId, creditCode: company?.creditCode ?? '' };
    });
    const closed = await closedAt(tx, month);
    return {
      ...{ programme: { id, code, name, funder }, month, lines, partial: reader.tenantId !== undefined },
      ...(closed !== undefined && { closedAt: closed }),
    };
  }
}
