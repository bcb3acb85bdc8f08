import { Body, Controller, HttpCode, Post, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '#identity';
import { BusinessCalendar, Clock, instantOf } from '#kernel';
import { type AccountMapping, JournalExportService, periodOf } from '#statements';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { download } from '../http/download.ts';
import { describedFile, lineFile } from './document-file.ts';
import { accountMapping, type JournalQuery, journalQuery } from './journal.schemas.ts';
import { RunningExports } from './running-exports.ts';

/** The ledger, for the accounting system of the park. */
@ApiTags('Months and settlements')
@Controller()
export class JournalController {
  constructor(
    private readonly journal: JournalExportService,
    private readonly running: RunningExports,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: "Export the journal for the park's accounting system",
    description:
      "CSV of the entries of a period: each entry is a voucher with debits and credits in yuan, on the accounts of the park's chart that the mapping in the body names. It changes nothing. Holds are left out: they move no money.",
  })
  @Post('journal-export')
  @HttpCode(200)
  @Allow('journal.read')
  @ApiOkResponse(describedFile('text/csv'))
  async export(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: journalQuery }) query: JournalQuery,
    @Body({ schema: accountMapping }) mapping: AccountMapping,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const period = periodOf(this.calendar, query, instantOf(this.clock.now()));
    const content = await this.running.open(principal, () => this.journal.export(period, mapping, query.lang));
    const name = `journal-${this.calendar.dayOf(period.from)}-${this.calendar.dayOf(period.until - 1)}`;
    return download(reply, lineFile(name, 'csv', content));
  }
}
