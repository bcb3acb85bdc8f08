import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
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

/** Applications: drafted by companies, reviewed and decided by the park. Every change names the version it is based on. */
@Controller('applications')
export class ApplicationsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly applications: ApplicationsService,
    private readonly decisions: ApplicationDecisionsService,
    private readonly comments: CommentsService,
    private readonly clock: Clock,
  ) {}

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

  /** The park sees what was submitted, a company also its own drafts. */
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

  @Get(':id')
  @Allow('application.read')
  @Answers(applicationAnswer)
  async get(@CurrentPrincipal() principal: Principal, @Param('id', { schema: applicationId }) id: string): Promise<Answer> {
    return showApplication(await this.transactions.run((tx) => this.applications.get(tx, id, principal.tenantId)));
  }

  /** Autosave: any field, as long as the application is with its author. */
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

  /** Takes back a freeze or claw-back that the caller proposed and nobody has decided on; what it held is free again. */
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

  /** First review: 推荐, 退回 or 不予支持. */
  @Post(':id/review')
  @Allow('application.review')
  @TakesIfMatch()
  @Answers(applicationAnswer)
  async review(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: reviewInput }) word: z.infer<typeof reviewInput>,
  ): Promise<Answer> {
    return showApplication(await this.transactions.run((tx) => this.decisions.review(tx, principal, id, version, word, this.#now())));
  }

  /** Final decision, by another person; above the programme's threshold by two. */
  @Post(':id/decision')
  @Allow('application.decide')
  @TakesIfMatch()
  @Answers(applicationAnswer)
  async decide(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: decisionInput }) word: z.infer<typeof decisionInput>,
  ): Promise<Answer> {
    return showApplication(await this.transactions.run((tx) => this.decisions.decide(tx, principal, id, version, word, this.#now())));
  }

  /** Every step, with what was said; each submission with what it contained. */
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
    // A company's own words are for everybody who reads the application, whatever it asked for.
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
