import { Body, Controller, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions, type Tx } from '#database';
import type { Principal } from '#identity';
import { Clock, instantOf } from '#kernel';
import { type Budget, type Programme, ProgrammesService, ProgrammeThresholdsService } from '#programmes';
import { showWaiting } from '../decisions/decision.schemas.ts';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { IdempotencyKey, Idempotent } from '../http/idempotency.ts';
import { afterOf, page, pageOf, pageQuery } from '../http/pages.ts';
import { IfMatch, TakesIfMatch } from '../http/versions.ts';
import {
  appropriationInput,
  appropriationsAnswer,
  changedProgrammeAnswer,
  programmeAnswer,
  programmeChange,
  programmeId,
  programmeInput,
  programmeStatusChange,
  showAppropriations,
  showProgramme,
} from './programme.schemas.ts';

type ProgrammeAnswer = z.infer<typeof programmeAnswer>;
const programmesQuery = pageQuery({});
const programmesAnswer = pageOf(programmeAnswer);

/** Subsidy programmes. Companies see the opened ones, without the rest of the budget. */
@ApiTags('Programmes')
@Controller('programmes')
export class ProgrammesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly programmes: ProgrammesService,
    private readonly thresholds: ProgrammeThresholdsService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'List programmes',
    description: 'Companies list programmes that were opened, without what is left of the budget.',
  })
  @Get()
  @Allow('programme.read')
  @Answers(programmesAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: programmesQuery }) query: z.infer<typeof programmesQuery>,
  ): Promise<z.infer<typeof programmesAnswer>> {
    const after = afterOf(query);
    return await this.transactions.run(async (tx) => {
      const rows = await this.programmes.listReadable(tx, principal, query.limit + 1, after);
      const budgets = await this.#budgets(tx, principal, rows);
      return page(
        rows,
        query.limit,
        ({ id }) => id,
        (programme) => showProgramme(programme, budgets.get(programme.id)),
      );
    });
  }

  @ApiOperation({ summary: 'Create a programme', description: 'It is a draft until it is opened.' })
  @Post()
  @Allow('programme.manage')
  @Idempotent()
  @Answers(programmeAnswer, { status: 201 })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: programmeInput }) input: z.infer<typeof programmeInput>,
  ): Promise<ProgrammeAnswer> {
    return await this.transactions.run(async (tx) => this.#show(tx, principal, await this.programmes.create(tx, principal, input)));
  }

  @ApiOperation({
    summary: 'Read a programme',
    description: 'Companies read programmes that were opened, without what is left of the budget.',
  })
  @Get(':id')
  @Allow('programme.read')
  @Answers(programmeAnswer)
  async get(@CurrentPrincipal() principal: Principal, @Param('id', { schema: programmeId }) id: string): Promise<ProgrammeAnswer> {
    return await this.transactions.run(async (tx) => {
      return await this.#show(tx, principal, await this.programmes.getReadable(tx, principal, id));
    });
  }

  @ApiOperation({
    summary: 'Change the terms of a programme',
    description:
      'Unit, coverage and classes are fixed once the programme was opened; from then on, another administrator confirms a change of `secondApprovalAbove`.',
  })
  @Patch(':id')
  @Allow('programme.manage')
  @TakesIfMatch()
  @Answers(changedProgrammeAnswer)
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: programmeId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: programmeChange }) change: z.infer<typeof programmeChange>,
  ): Promise<z.infer<typeof changedProgrammeAnswer>> {
    const at = instantOf(this.clock.now());
    return await this.transactions.run(async (tx) => {
      const { programme, decision } = await this.thresholds.change(tx, principal, id, version, change, at);
      return { ...(await this.#show(tx, principal, programme)), ...showWaiting(decision) };
    });
  }

  @ApiOperation({
    summary: 'Open, pause or close a programme',
    description: 'A paused programme takes no applications; a closed one stays closed.',
  })
  @Put(':id/status')
  @Allow('programme.manage')
  @TakesIfMatch()
  @Answers(programmeAnswer)
  async setStatus(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: programmeId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: programmeStatusChange }) input: z.infer<typeof programmeStatusChange>,
  ): Promise<ProgrammeAnswer> {
    return await this.transactions.run(async (tx) =>
      this.#show(tx, principal, await this.programmes.setStatus(tx, principal, id, input.status, version)),
    );
  }

  @ApiOperation({
    summary: 'List the appropriations of a programme',
    description: 'Each step by which the funder raised the budget.',
  })
  @Get(':id/appropriations')
  @Allow('programme.manage')
  @Answers(appropriationsAnswer)
  async appropriations(@Param('id', { schema: programmeId }) id: string): Promise<z.infer<typeof appropriationsAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.programmes.get(tx, id);
      return showAppropriations(await this.programmes.appropriations(tx, id));
    });
  }

  @ApiOperation({
    summary: 'Record an appropriation',
    description: 'One step by which the funder raises the budget. It needs an Idempotency-Key, because two steps may look the same.',
  })
  @Post(':id/appropriations')
  @Allow('programme.manage')
  @Idempotent({ required: true })
  @Answers(appropriationsAnswer, { status: 201 })
  async appropriate(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: programmeId }) id: string,
    @Body({ schema: appropriationInput }) input: z.infer<typeof appropriationInput>,
    @IdempotencyKey() key: string,
  ): Promise<z.infer<typeof appropriationsAnswer>> {
    const at = instantOf(this.clock.now());
    return await this.transactions.run(async (tx) => {
      await this.programmes.appropriate(tx, principal, id, input.amount, `${principal.id}/${key}`, at, input.reference);
      return showAppropriations(await this.programmes.appropriations(tx, id));
    });
  }

  async #show(tx: Tx, principal: Principal, programme: Programme): Promise<ProgrammeAnswer> {
    return showProgramme(programme, (await this.#budgets(tx, principal, [programme])).get(programme.id));
  }

  async #budgets(tx: Tx, principal: Principal, programmes: readonly Programme[]): Promise<Map<string, Budget>> {
    return await this.programmes.readableBudgets(
      tx,
      principal,
      programmes.map(({ id }) => id),
    );
  }
}
