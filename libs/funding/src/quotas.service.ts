import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, type Instant, type Unit } from '#kernel';
import { type Grant, type GrantPosition, GrantsService, GrantSheetsService } from '#grants';
import { ProgrammesService } from '#programmes';
import { type CapUse, capUse, isCapped } from './domain/caps.ts';
import { selectProgrammeUse } from './programme-use.queries.ts';

/** How far a company has used the caps of a programme (rule F4). */
export interface ProgrammeCapUse extends CapUse {
  readonly programmeId: string;
  readonly programmeName: string;
  readonly unit: Unit;
}

/** What a company may spend: its grants with holds, and the caps on them. */
export interface Quota {
  /** Grants that are not over, and those that still hold something. */
  readonly grants: readonly GrantPosition[];
  /** Of the programmes of those grants that cap anything. */
  readonly caps: readonly ProgrammeCapUse[];
}

/** The quota view of a company. What it reads does not grow with the grants, the months and the movements of the past. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly grants: GrantsService,
    private readonly sheets: GrantSheetsService,
    private readonly calendar: BusinessCalendar,
  ) {}

  async of(tx: Tx, tenantId: string, at: Instant): Promise<Quota> {
    const grants = await this.grants.current(tx, tenantId, at);
    return {
      grants: await this.sheets.positions(tx, grants, at),
      caps: await this.#caps(tx, tenantId, grants, at),
    };
  }

  async #caps(tx: Tx, tenantId: string, grants: readonly Grant[], at: Instant): Promise<ProgrammeCapUse[]> {
    const programmeIds = [...new Set(grants.map((grant) => grant.programmeId))];
    const month = this.calendar.monthOf(at);
    const use = (await selectProgrammeUse(tx, [tenantId], programmeIds, [month])).get(tenantId);
    const caps: ProgrammeCapUse[] = [];
    for (const programmeId of programmeIds) {
      const programme = await this.programmes.get(tx, programmeId);
      if (!isCapped(programme)) continue;
      const { name: programmeName, unit } = programme;
      caps.push({ programmeId, programmeName, unit, ...capUse(programme, use?.get(programmeId), month) });
    }
    return caps;
  }
}
