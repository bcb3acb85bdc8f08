import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions, type Tx } from '#database';
import { scopedTenant, type Principal } from '#identity';
import { Clock, type Instant, instantOf } from '#kernel';
import { ApplicationDecisionsService, ApplicationsService } from '#applications';
import { type Grant, GrantsService, GrantSheetsService } from '#grants';
import { RunwayService } from '#insight';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { afterOf, page } from '../http/pages.ts';
import { applicationAnswer, proposalInput, showApplication } from '../applications/application.schemas.ts';
import { jobNamesOf } from './job-names.ts';
import {
  entriesAnswer,
  entriesQuery,
  grantId,
  grantJobsAnswer,
  grantsAnswer,
  grantSheetAnswer,
  grantsQuery,
  reasonInput,
  showEntries,
  showJobs,
  showPosition,
  showSheet,
} from './grant.schemas.ts';

type Sheet = z.infer<typeof grantSheetAnswer>;

/** Grants and their history. Applications open and change them. Here they are only frozen, which is urgent. */
@ApiTags('Grants')
@Controller('grants')
export class GrantsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly grants: GrantsService,
    private readonly sheets: GrantSheetsService,
    private readonly applications: ApplicationsService,
    private readonly decisions: ApplicationDecisionsService,
    private readonly runway: RunwayService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: 'List grants', description: 'A company lists its own grants; the park lists all of them.' })
  @Get()
  @Allow('grant.read')
  @Answers(grantsAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: grantsQuery }) query: z.infer<typeof grantsQuery>,
  ): Promise<z.infer<typeof grantsAnswer>> {
    const tenantId = scopedTenant(principal, query.company);
    const after = afterOf(query);
    return await this.transactions.run(async (tx) => {
      const rows = await this.grants.page(tx, {
        limit: query.limit + 1,
        ...(tenantId !== undefined && { tenantId }),
        ...(query.programme !== undefined && { programmeId: query.programme }),
        ...(after !== undefined && { after }),
      });
      return page(await this.sheets.positions(tx, rows, this.#now()), query.limit, ({ grant }) => grant.id, showPosition);
    });
  }

  @ApiOperation({ summary: 'Read a grant', description: 'Its terms, its position in the ledger, its events and its forecast.' })
  @Get(':id')
  @Allow('grant.read')
  @Answers(grantSheetAnswer)
  async get(@CurrentPrincipal() principal: Principal, @Param('id', { schema: grantId }) id: string): Promise<Sheet> {
    return await this.transactions.run(async (tx) => {
      const grant = await this.grants.get(tx, id, principal.tenantId);
      return await this.#sheet(tx, grant);
    });
  }

  @ApiOperation({
    summary: 'List the ledger entries of a grant',
    description: 'The lines of the ledger with the running balance, from the first one on or from the latest one back.',
  })
  @Get(':id/entries')
  @Allow('grant.read')
  @Answers(entriesAnswer)
  async entries(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: grantId }) id: string,
    @Query({ schema: entriesQuery }) query: z.infer<typeof entriesQuery>,
  ): Promise<z.infer<typeof entriesAnswer>> {
    const cursor = afterOf(query);
    return await this.transactions.run(async (tx) => {
      const grant = await this.grants.get(tx, id, principal.tenantId);
      const request = { limit: query.limit, order: query.order, ...(cursor !== undefined && { cursor }) };
      const entries = await this.sheets.entries(tx, grant, query.side, request);
      return showEntries(entries, await jobNamesOf(tx, entries.items));
    });
  }

  @ApiOperation({ summary: 'List what each job drew from a grant', description: 'One line per job with its GPU-seconds and its amount.' })
  @Get(':id/jobs')
  @Allow('grant.read')
  @Answers(grantJobsAnswer)
  async jobs(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: grantId }) id: string,
  ): Promise<z.infer<typeof grantJobsAnswer>> {
    return await this.transactions.run(async (tx) => {
      const charges = await this.sheets.jobs(tx, await this.grants.get(tx, id, principal.tenantId));
      return showJobs(charges, await jobNamesOf(tx, charges));
    });
  }

  @ApiOperation({
    summary: 'Propose a freeze or a claw-back',
    description: 'Another person decides on it: the answer is the application that it becomes.',
  })
  @Post(':id/proposals')
  @Allow('application.review')
  @Idempotent()
  @Answers(applicationAnswer, { status: 201 })
  async propose(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: grantId }) id: string,
    @Body({ schema: proposalInput }) { kind, amount, opinion }: z.infer<typeof proposalInput>,
  ): Promise<z.infer<typeof applicationAnswer>> {
    const proposal = { kind, grantId: id, amount: amount ?? null, opinion };
    return showApplication(await this.transactions.run((tx) => this.applications.propose(tx, principal, proposal, this.#now())));
  }

  @ApiOperation({ summary: 'Freeze a grant at once', description: 'Stops new holds and moves nothing.' })
  @Post(':id/freeze')
  @Allow('grant.manage')
  @Answers(grantSheetAnswer)
  async freeze(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: grantId }) id: string,
    @Body({ schema: reasonInput }) { reason }: z.infer<typeof reasonInput>,
  ): Promise<Sheet> {
    return await this.transactions.run(async (tx) => {
      const grant = await this.decisions.freeze(tx, principal, id, reason, this.#now());
      return await this.#sheet(tx, grant);
    });
  }

  @ApiOperation({ summary: 'Lift the freeze of a grant', description: 'Jobs may hold funds of the grant again.' })
  @Post(':id/unfreeze')
  @Allow('grant.manage')
  @Answers(grantSheetAnswer)
  async unfreeze(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: grantId }) id: string,
    @Body({ schema: reasonInput }) { reason }: z.infer<typeof reasonInput>,
  ): Promise<Sheet> {
    return await this.transactions.run(async (tx) => {
      const grant = await this.decisions.unfreeze(tx, principal, id, reason, this.#now());
      return await this.#sheet(tx, grant);
    });
  }

  async #sheet(tx: Tx, grant: Grant): Promise<Sheet> {
    const runwayOf = await this.runway.bySource(tx, grant.tenantId, this.#now());
    return showSheet(await this.sheets.sheet(tx, grant, this.#now()), runwayOf(grant.id));
  }

  #now(): Instant {
    return instantOf(this.clock.now());
  }
}
