import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CatalogService } from '#catalog';
import { Transactions } from '#database';
import { JobsService } from '#jobs';
import { Clock } from '#kernel';
import { ProgrammesService } from '#programmes';
import { CompaniesService, InvitationsService } from '#tenancy';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';

const STEPS = ['gpu-class', 'programme', 'company', 'invitation', 'job'] as const;
const setupAnswer = z
  .object({
    done: z.boolean().describe('Whether all steps are done'),
    steps: z
      .array(z.object({ step: z.enum(STEPS), done: z.boolean() }))
      .describe(
        'In the order in which they are taken: a GPU class with a price in force, an open programme, a company, an invitation or a member, a job',
      ),
  })
  .meta({ id: 'Setup' });

/** What a new installation needs before the first job runs, for the checklist of its first administrator. */
@ApiTags('Operations')
@Controller('setup')
export class SetupController {
  constructor(
    private readonly transactions: Transactions,
    private readonly catalog: CatalogService,
    private readonly programmes: ProgrammesService,
    private readonly companies: CompaniesService,
    private readonly invitations: InvitationsService,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'Read how far the installation is set up',
    description: 'The steps from a GPU class to the first job, and whether each is done.',
  })
  @Get()
  @Allow('company.manage')
  @Answers(setupAnswer)
  async read(): Promise<z.infer<typeof setupAnswer>> {
    const done = await this.transactions.run(async (tx): Promise<Record<(typeof STEPS)[number], boolean>> => ({
      'gpu-class': (await this.catalog.pricesAt(tx, this.clock.now())).size > 0,
      programme: (await this.programmes.list(tx)).some(({ status }) => status === 'open'),
      company: (await this.companies.list(tx, { limit: 1 })).length > 0,
      invitation: await this.invitations.someoneInvited(tx),
      job: (await this.jobs.list(tx, { limit: 1 })).jobs.length > 0,
    }));
    return { done: STEPS.every((step) => done[step]), steps: STEPS.map((step) => ({ step, done: done[step] })) };
  }
}
