import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { NoticesService } from '#notifications';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { afterOf, page } from '../http/pages.ts';
import { noticeId, noticesAnswer, noticesQuery, noticesRead, showNotice } from './notice.schemas.ts';

/** The notices of the signed-in person. */
@ApiTags('Your account')
@Controller('me/notices')
export class NoticesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly notices: NoticesService,
  ) {}

  @ApiOperation({
    summary: 'List your notices',
    description:
      'What concerns you: applications that wait for you, jobs whose funds end or that will be stopped, how your jobs ended, and refunds. The newest first.',
  })
  @Get()
  @Allow('self.read')
  @Answers(noticesAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: noticesQuery }) query: z.infer<typeof noticesQuery>,
  ): Promise<z.infer<typeof noticesAnswer>> {
    const filter = { unreadOnly: query.unread ?? false, before: afterOf(query), limit: query.limit + 1 };
    const notices = await this.transactions.run((tx) => this.notices.list(tx, principal.id, filter));
    return page(notices, query.limit, ({ id }) => id, showNotice);
  }

  @ApiOperation({ summary: 'Mark notices as read', description: 'Marks all notices up to `upTo` as read; later ones stay unread.' })
  @Put('read')
  @Allow('self')
  @AnswersNothing('They are read')
  async markReadUpTo(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: noticesRead }) { upTo }: z.infer<typeof noticesRead>,
  ): Promise<void> {
    await this.transactions.run((tx) => this.notices.markReadUpTo(tx, principal.id, upTo));
  }

  @ApiOperation({ summary: 'Mark a notice as read', description: 'The notice stays in the list.' })
  @Put(':id/read')
  @Allow('self')
  @AnswersNothing('It is read')
  async markRead(@CurrentPrincipal() principal: Principal, @Param('id', { schema: noticeId }) id: string): Promise<void> {
    await this.transactions.run((tx) => this.notices.markRead(tx, principal.id, id));
  }
}
