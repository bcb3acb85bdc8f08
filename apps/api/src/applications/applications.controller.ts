import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { companyOf, scopedTenant, type Principal } from '#identity';
import { Clock, type Instant, instantOf } from '#kernel';
import { type Application, ApplicationDecisionsService, ApplicationsService, CommentsService } from '#applications';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { LimitedSubmission } from '../http/limits.ts';
import { afterOf, page } from '../http/pages.ts';
import { IfMatch, TakesIfMatch } from '../http/versions.ts';
import {
  applicationAnswer,
  applicationChange,
  applicationEventsAnswer,
  applicationId,
  applicationInput,
  applicationsAnswer,
  applicationsQuery,
  commentAnswer,
  commentInput,
  commentsAnswer,
  decisionInput,
  reviewInput,
  showApplication,
  showComment,
  showEvents,
  withdrawal,
} from './application.schemas.ts';

type Answer = z.infer<typeof applicationAnswer>;

/** Applications: companies draft them, the park reviews and decides them. Each change names the version that it is based on. */
@ApiTags('Applications')
@Controller('applications')
export class ApplicationsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly applications: ApplicationsService,
    private readonly decisions: ApplicationDecisionsService,
    private readonly comments: CommentsService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: 'Draft an application', description: 'The draft is visible to the company only, until it is submitted.' })
  @Post()
  @Allow('application.write')
  @Idempotent()
  @LimitedSubmission()
  @Answers(applicationAnswer, { status: 201 })
  async draft(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: applicationInput }) input: z.infer<typeof applicationInput>,
  ): Promise<Answer> {
    const tenantId = companyOf(principal);
    return showApplication(await this.transactions.run((tx) => this.applications.draft(tx, principal, tenantId, input, this.#now())));
  }

  @ApiOperation({ summary: 'List applications', description: 'The park lists what was submitted; a company also lists its own drafts.' })
  @Get()
  @Allow('application.read')
  @Answers(applicationsAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: applicationsQuery }) query: z.infer<typeof applicationsQuery>,
  ): Promise<z.infer<typeof applicationsAnswer>> {
    const tenantId = scopedTenant(principal, query.company);
    const after = afterOf(query);
    const filter = {
      limit: query.limit + 1,
      withoutDrafts: principal.tenantId === undefined,
      shownToCompany: principal.tenantId !== undefined,
      ...(tenantId !== undefined && { tenantId }),
      ...(query.programme !== undefined && { programmeId: query.programme }),
      ...(query.grant !== undefined && { grantId: query.grant }),
      ...(query.status !== undefined && { statuses: [query.status] }),
      ...(query.overdue === true && { dueBefore: this.clock.now() }),
      ...(after !== undefined && { after }),
    };
    const rows = await this.transactions.run((tx) => this.applications.list(tx, filter));
    return page(rows, query.limit, (application: Application) => application.id, showApplication);
  }

  @ApiOperation({ summary: 'Read an application', description: 'The park reads what was submitted; a company also reads its own drafts.' })
  @Get(':id')
  @Allow('application.read')
  @Answers(applicationAnswer)
  async get(@CurrentPrincipal() principal: Principal, @Param('id', { schema: applicationId }) id: string): Promise<Answer> {
    return showApplication(await this.transactions.run((tx) => this.applications.get(tx, id, principal.tenantId)));
  }

  @ApiOperation({
    summary: 'Change an application',
    description: 'Changes any field while the application is with its author, as an editor that saves by itself does.',
  })
  @Patch(':id')
  @Allow('application.write')
  @TakesIfMatch()
  @Answers(applicationAnswer)
  async edit(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: applicationChange }) change: z.infer<typeof applicationChange>,
  ): Promise<Answer> {
    const tenantId = companyOf(principal);
    return showApplication(await this.transactions.run((tx) => this.applications.edit(tx, tenantId, id, version, change, this.#now())));
  }

  @ApiOperation({
    summary: 'Submit an application',
    description: 'Checks that the application is complete and hands it to the reviewers of the park.',
  })
  @Post(':id/submit')
  @Allow('application.write')
  @LimitedSubmission()
  @TakesIfMatch()
  @Answers(applicationAnswer)
  async submit(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @IfMatch() version: number,
  ): Promise<Answer> {
    const tenantId = companyOf(principal);
    return showApplication(
      await this.transactions.run((tx) => this.applications.submit(tx, principal, tenantId, id, version, this.#now())),
    );
  }

  @ApiOperation({
    summary: 'Withdraw an application',
    description: 'Ends an application of the own company on which nobody has decided finally.',
  })
  @Post(':id/withdraw')
  @Allow('application.write')
  @TakesIfMatch()
  @Answers(applicationAnswer)
  async withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: withdrawal }) { reason }: z.infer<typeof withdrawal>,
  ): Promise<Answer> {
    const tenantId = companyOf(principal);
    return showApplication(
      await this.transactions.run((tx) => this.applications.withdraw(tx, principal, tenantId, id, version, reason, this.#now())),
    );
  }

  @ApiOperation({
    summary: 'Withdraw a proposal of the park',
    description: 'Takes back a freeze or claw-back that the caller proposed and on which nobody has decided. What it held is free again.',
  })
  @Post(':id/proposal-withdrawal')
  @Allow('application.review')
  @TakesIfMatch()
  @Answers(applicationAnswer)
  async withdrawProposal(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: withdrawal }) { reason }: z.infer<typeof withdrawal>,
  ): Promise<Answer> {
    return showApplication(
      await this.transactions.run((tx) => this.decisions.withdrawProposal(tx, principal, id, version, reason, this.#now())),
    );
  }

  @ApiOperation({
    summary: 'Review an application',
    description: 'The first review: recommend (推荐), return (退回) or reject (不予支持).',
  })
  @Post(':id/review')
  @Allow('application.review')
  @TakesIfMatch()
  @Answers(applicationAnswer)
  async review(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: reviewInput }) review: z.infer<typeof reviewInput>,
  ): Promise<Answer> {
    return showApplication(await this.transactions.run((tx) => this.decisions.review(tx, principal, id, version, review, this.#now())));
  }

  @ApiOperation({
    summary: 'Decide on an application',
    description: 'The final decision, by another person than the reviewer. Above the threshold of the programme it takes two people.',
  })
  @Post(':id/decision')
  @Allow('application.decide')
  @TakesIfMatch()
  @Answers(applicationAnswer)
  async decide(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: decisionInput }) decision: z.infer<typeof decisionInput>,
  ): Promise<Answer> {
    return showApplication(await this.transactions.run((tx) => this.decisions.decide(tx, principal, id, version, decision, this.#now())));
  }

  @ApiOperation({
    summary: 'List the steps of an application',
    description: 'Every step with its comment; a submission also with what it contained.',
  })
  @Get(':id/events')
  @Allow('application.read')
  @Answers(applicationEventsAnswer)
  async events(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
  ): Promise<z.infer<typeof applicationEventsAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.applications.get(tx, id, principal.tenantId);
      return showEvents(await this.applications.events(tx, id));
    });
  }

  @ApiOperation({
    summary: 'List the comments on an application',
    description: 'A company reads the comments that are for everybody; the park reads all of them.',
  })
  @Get(':id/comments')
  @Allow('application.read')
  @Answers(commentsAnswer)
  async listComments(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
  ): Promise<z.infer<typeof commentsAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.applications.get(tx, id, principal.tenantId);
      const comments = await this.comments.list(tx, id, principal.tenantId === undefined ? 'park' : 'everybody');
      return { items: comments.map(showComment) };
    });
  }

  @ApiOperation({
    summary: 'Comment on an application',
    description: 'A comment of a company is for everybody who reads the application; the park chooses the audience.',
  })
  @Post(':id/comments')
  @Allow('application.comment')
  @Idempotent()
  @LimitedSubmission()
  @Answers(commentAnswer, { status: 201 })
  async comment(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @Body({ schema: commentInput }) input: z.infer<typeof commentInput>,
  ): Promise<z.infer<typeof commentAnswer>> {
    // Whoever may read the application may read the comments of its company.
    const audience = principal.tenantId === undefined ? input.audience : 'everybody';
    return await this.transactions.run(async (tx) => {
      await this.applications.get(tx, id, principal.tenantId);
      return showComment(await this.comments.add(tx, principal, id, { body: input.body, audience }, this.#now()));
    });
  }

  #now(): Instant {
    return instantOf(this.clock.now());
  }
}
