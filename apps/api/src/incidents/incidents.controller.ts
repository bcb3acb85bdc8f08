import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { Clock, instantOf } from '#kernel';
import { IncidentsService, RefundReversalsService } from '#metering';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { afterOf, page } from '../http/pages.ts';
import { decisionAnswer, showDecision, showWaiting } from '../decisions/decision.schemas.ts';
import {
  affectedAnswer,
  incidentAnswer,
  incidentId,
  incidentInput,
  incidentsAnswer,
  incidentsQuery,
  openedAnswer,
  reversalInput,
  selectionInput,
  selectionOf,
  showAffected,
  showHeading,
  showIncident,
} from './incident.schemas.ts';

/** Failures of the platform, and what is credited back for them (rule M8). */
@ApiTags('Incidents')
@Controller('incidents')
export class IncidentsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly incidents: IncidentsService,
    private readonly reversals: RefundReversalsService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'Open an incident',
    description:
      'Records that the platform failed jobs, and credits back what each used since its last checkpoint, once. Attempts that the cluster was not seen to fail wait until another operator confirms the decision in the answer (rule M8).',
  })
  @Post()
  @Allow('incident.manage')
  @Idempotent()
  @Answers(openedAnswer, { status: 201 })
  async open(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: incidentInput }) { reason, ...asked }: z.output<typeof incidentInput>,
  ): Promise<z.infer<typeof openedAnswer>> {
    return await this.transactions.run(async (tx) => {
      const { incident, decision } = await this.incidents.open(tx, principal, { reason, selection: selectionOf(asked) });
      return { ...showIncident(await this.incidents.get(tx, incident.id)), ...showWaiting(decision) };
    });
  }

  @ApiOperation({
    summary: 'Propose the reversal of refunds',
    description: 'Charges again what was refunded by mistake, once another operator confirms the decision in the answer.',
  })
  @Post(':id/reversal')
  @Allow('incident.manage')
  @Idempotent()
  @Answers(decisionAnswer, { status: 201 })
  async reverse(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: incidentId }) id: string,
    @Body({ schema: reversalInput }) { reason, attempts }: z.output<typeof reversalInput>,
  ): Promise<z.infer<typeof decisionAnswer>> {
    const asked = { reason, ...(attempts !== undefined && { attempts: [...new Set(attempts)] }) };
    const at = instantOf(this.clock.now());
    return showDecision(await this.transactions.run((tx) => this.reversals.propose(tx, principal, id, asked, at)));
  }

  @ApiOperation({
    summary: 'Preview an incident',
    description: 'Which attempts such an incident concerns and what it credits back. Nothing is written.',
  })
  @Post('preview')
  @Allow('incident.manage')
  @Answers(affectedAnswer)
  async preview(@Body({ schema: selectionInput }) asked: z.output<typeof selectionInput>): Promise<z.infer<typeof affectedAnswer>> {
    return showAffected(await this.transactions.run((tx) => this.incidents.preview(tx, selectionOf(asked))));
  }

  @ApiOperation({
    summary: 'List attempts that await a refund',
    description: 'Attempts of the last two months that the cluster was seen to fail and that were not refunded.',
  })
  @Get('candidates')
  @Allow('incident.read')
  @Answers(affectedAnswer)
  async candidates(): Promise<z.infer<typeof affectedAnswer>> {
    return showAffected(await this.transactions.run((tx) => this.incidents.candidates(tx)));
  }

  @ApiOperation({ summary: 'List incidents', description: 'The latest first.' })
  @Get()
  @Allow('incident.read')
  @Answers(incidentsAnswer)
  async list(@Query({ schema: incidentsQuery }) query: z.output<typeof incidentsQuery>): Promise<z.infer<typeof incidentsAnswer>> {
    const after = afterOf(query);
    const filter = { limit: query.limit + 1, ...(after !== undefined && { after }) };
    const found = await this.transactions.run((tx) => this.incidents.page(tx, filter));
    return page(found, query.limit, ({ id }) => id, showHeading);
  }

  @ApiOperation({ summary: 'Read an incident', description: 'Its attempts with the GPU-seconds and amounts that were credited back.' })
  @Get(':id')
  @Allow('incident.read')
  @Answers(incidentAnswer)
  async get(@Param('id', { schema: incidentId }) id: string): Promise<z.infer<typeof incidentAnswer>> {
    return showIncident(await this.transactions.run((tx) => this.incidents.get(tx, id)));
  }
}
