import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { type DraftOwner, FormDraftsService } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { draftAnswer, draftInput, draftsAnswer, formName, showDraft, showDraftSummary } from './draft.schemas.ts';

/** What the signed-in person has typed into forms and not sent yet. */
@ApiTags('Your account')
@Controller('me/drafts')
export class DraftsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly drafts: FormDraftsService,
  ) {}

  @ApiOperation({
    summary: 'List your drafts',
    description: 'The forms that you have begun for the company, or the park, that you act for. The latest first, without their content.',
  })
  @Get()
  @Allow('self.read')
  @Answers(draftsAnswer)
  async list(@CurrentPrincipal() principal: Principal): Promise<z.infer<typeof draftsAnswer>> {
    const drafts = await this.transactions.run((tx) => this.drafts.list(tx, ownerOf(principal)));
    return { items: drafts.map(showDraftSummary) };
  }

  @ApiOperation({ summary: 'Read your draft of a form', description: 'As you saved it last, on any computer.' })
  @Get(':form')
  @Allow('self.read')
  @Answers(draftAnswer)
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('form', { schema: formName }) form: string,
  ): Promise<z.infer<typeof draftAnswer>> {
    return showDraft(await this.transactions.run((tx) => this.drafts.get(tx, ownerOf(principal), form)));
  }

  @ApiOperation({
    summary: 'Save your draft of a form',
    description: 'Replaces the one before. Nobody else can read it. It is kept for 30 days after it was saved last; at most 20 forms.',
  })
  @Put(':form')
  @Allow('self')
  @Answers(draftAnswer)
  async save(
    @CurrentPrincipal() principal: Principal,
    @Param('form', { schema: formName }) form: string,
    @Body({ schema: draftInput }) { content }: z.infer<typeof draftInput>,
  ): Promise<z.infer<typeof draftAnswer>> {
    return showDraft(await this.transactions.run((tx) => this.drafts.save(tx, ownerOf(principal), form, content)));
  }

  @ApiOperation({ summary: 'Delete your draft of a form', description: 'Nothing changes where there is none.' })
  @Delete(':form')
  @Allow('self')
  @AnswersNothing('There is no draft of the form')
  async remove(@CurrentPrincipal() principal: Principal, @Param('form', { schema: formName }) form: string): Promise<void> {
    await this.transactions.run((tx) => this.drafts.remove(tx, ownerOf(principal), form));
  }
}

function ownerOf({ id, tenantId }: Principal): DraftOwner {
  return { userId: id, companyId: tenantId ?? null };
}
