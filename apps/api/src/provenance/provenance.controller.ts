import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions, type Tx } from '#database';
import { chargedAttempts } from '#funding';
import { GrantsService } from '#grants';
import { canRead, type Principal } from '#identity';
import { JobsService } from '#jobs';
import { admissionIdOf, BusinessCalendar, DomainError } from '#kernel';
import { JournalService, USAGE_KINDS } from '#ledger';
import { attemptRuns } from '#metering';
import { ProvenanceService } from '#statements';
import { requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { afterOf, page } from '../http/pages.ts';
import { month as monthSchema } from '../http/wire.ts';
import { jobId } from '../jobs/job.schemas.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import {
  entryAnswer,
  entryIdInput,
  type GrantNames,
  intervalsAnswer,
  intervalsQuery,
  jobEntriesAnswer,
  jobEntriesQuery,
  lineAnswer,
  provenanceAnswer,
  provenanceQuery,
  showAttempt,
  showEntry,
  showLine,
  showMonth,
  showRun,
} from './provenance.schemas.ts';

const CHARGES_AND_HOLDS = [...USAGE_KINDS, 'hold.placed', 'hold.released'] as const;

/** Where a number comes from: from a statement's line down to pods and ledger entries, and from an entry back up. */
@ApiTags('Provenance')
@Controller()
export class ProvenanceController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly grants: GrantsService,
    private readonly journal: JournalService,
    private readonly provenance: ProvenanceService,
    private readonly calendar: BusinessCalendar,
  ) {}

  @ApiOperation({
    summary: "Read a job's line on a statement",
    description: 'Who paid which part of the job in the month, corrections counted in, with the digest of the statement once it is closed.',
  })
  @Get('companies/:id/statements/:month/jobs/:job')
  @Allow('statement.read')
  @Answers(lineAnswer)
  async line(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
    @Param('job', { schema: jobId }) asked: string,
  ): Promise<z.infer<typeof lineAnswer>> {
    requireReadable(principal, id);
    return await this.transactions.run(async (tx) => {
      const job = await this.jobs.get(tx, asked, id);
      const line = showLine(await this.provenance.line(tx, job.id, month), await this.#grantNames(tx, id));
      const statement = showMonth(await this.provenance.monthOf(tx, id, month));
      return { jobId: job.id, jobName: job.name, gpuClass: job.gpuClass, statement, ...line };
    });
  }

  @ApiOperation({
    summary: "Follow a job's cost to its attempts",
    description: 'The attempts that were admitted, the latest first: price, GPU-seconds that are charged, and who paid and holds what.',
  })
  @Get('jobs/:id/provenance')
  @Allow('job.read')
  @Answers(provenanceAnswer)
  async attempts(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: provenanceQuery }) query: z.infer<typeof provenanceQuery>,
  ): Promise<z.infer<typeof provenanceAnswer>> {
    return await this.transactions.run(async (tx) => {
      const job = await this.jobs.get(tx, id, principal.tenantId);
      const cursor = afterOf(query);
      const before = cursor !== undefined && /^\d{1,6}$/.test(cursor) ? Number(cursor) : undefined;
      const attempts = await chargedAttempts(tx, job.id, { before, limit: query.limit + 1 });
      const grants = await this.#grantNames(tx, job.tenantId);
      const shown = page(
        attempts,
        query.limit,
        ({ attempt }) => String(attempt),
        (attempt) => showAttempt(attempt, grants),
      );
      return { jobId: job.id, jobName: job.name, companyId: job.tenantId, ...shown };
    });
  }

  @ApiOperation({
    summary: 'List the pod intervals of an attempt',
    description: 'When each pod of the attempt ran, on which node, and its metered GPU-seconds.',
  })
  @Get('jobs/:id/provenance/intervals')
  @Allow('job.read')
  @Answers(intervalsAnswer)
  async intervals(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: intervalsQuery }) query: z.infer<typeof intervalsQuery>,
  ): Promise<z.infer<typeof intervalsAnswer>> {
    return await this.transactions.run(async (tx) => {
      const job = await this.jobs.get(tx, id, principal.tenantId);
      const admissionId = admissionIdOf({ jobId: job.id, attempt: query.attempt ?? job.attempt });
      const runs = await attemptRuns(tx, admissionId, { after: afterOf(query), limit: query.limit + 1 });
      return page(runs, query.limit, ({ podUid }) => podUid, showRun);
    });
  }

  @ApiOperation({
    summary: 'List the ledger entries of a job',
    description: 'Charges, corrections and refunds with their postings, the latest first; of one month, and with holds, where asked for.',
  })
  @Get('jobs/:id/entries')
  @Allow('grant.read')
  @Answers(jobEntriesAnswer)
  async entries(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: jobEntriesQuery }) query: z.infer<typeof jobEntriesQuery>,
  ): Promise<z.infer<typeof jobEntriesAnswer>> {
    return await this.transactions.run(async (tx) => {
      const job = await this.jobs.get(tx, id, principal.tenantId);
      const cursor = entryIdInput.safeParse(afterOf(query));
      const kinds = query.holds === true ? CHARGES_AND_HOLDS : USAGE_KINDS;
      const asked = { kinds, limit: query.limit + 1, ...(cursor.success && { before: cursor.data }) };
      const { month } = query;
      const entries =
        month === undefined
          ? ((await this.journal.latestOfJobs(tx, [job.id], asked)).get(job.id) ?? [])
          : await this.journal.latestWithin(tx, job.id, { from: this.calendar.startOf(month), until: this.calendar.endOf(month) }, asked);
      const grants = await this.#grantNames(tx, job.tenantId);
      return page(
        entries,
        query.limit,
        ({ id: entryId }) => entryId,
        (entry) => showEntry(entry, grants),
      );
    });
  }

  @ApiOperation({
    summary: 'Read a ledger entry',
    description:
      'Its postings, what it corrects and is corrected by, the attempt of a job that it is about, and the statement of its month.',
  })
  @Get('ledger/entries/:id')
  @Allow('grant.read')
  @Answers(entryAnswer)
  async entry(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: entryIdInput }) id: string,
  ): Promise<z.infer<typeof entryAnswer>> {
    return await this.transactions.run(async (tx) => {
      const entry = await this.journal.entry(tx, id);
      const { tenantId } = entry;
      // An entry of no company is the park's.
      if (principal.tenantId !== undefined && (tenantId === undefined || !canRead(principal, tenantId))) throw unknownEntry(id);
      const correctedBy = (await this.journal.correctionsOf(tx, id)).map((correction) => correction.id);
      const statement = showMonth(await this.provenance.monthOf(tx, tenantId, this.calendar.monthOf(entry.effectiveAt)));
      const grants = tenantId === undefined ? new Map() : await this.#grantNames(tx, tenantId);
      const jobName = entry.jobId === undefined ? undefined : (await this.jobs.get(tx, entry.jobId)).name;
      return { ...showEntry(entry, grants), statement, correctedBy, ...(jobName !== undefined && { jobName }) };
    });
  }

  async #grantNames(tx: Tx, tenantId: string): Promise<GrantNames> {
    return new Map((await this.grants.list(tx, tenantId)).map(({ id, name, unit }) => [id, { name, unit }]));
  }
}

function unknownEntry(id: string): DomainError {
  return new DomainError('ledger.unknown-entry', { detail: `There is no ledger entry ${id}.`, kind: 'not-found' });
}
