import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { GpuClass } from '#catalog';
import { Transactions, type Tx } from '#database';
import { companyOf, scopedTenant, type Principal } from '#identity';
import { type Job, JobNotesService, JobsService, type JobSpec, StopsForOthersService } from '#jobs';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { bulkAnswer, doEach } from '../http/bulk.ts';
import { IdempotencyKey, Idempotent } from '../http/idempotency.ts';
import { LimitedSubmission } from '../http/limits.ts';
import { afterOf, page } from '../http/pages.ts';
import { ClusterAccess } from '../cluster-access.ts';
import { JobFilePipe } from './job-file.pipe.ts';
import {
  checkpointAnswer,
  eventsAnswer,
  eventsQuery,
  jobAnswer,
  jobFileDescription,
  jobId,
  jobsAnswer,
  jobsBulkInput,
  jobsQuery,
  showEvent,
  showJob,
  showJobSummary,
} from './job.schemas.ts';

type JobAnswer = z.infer<typeof jobAnswer>;

/** Jobs: submit, read, cancel, resume. */
@ApiTags('Jobs')
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly notes: JobNotesService,
    private readonly stops: StopsForOthersService,
    private readonly access: ClusterAccess,
  ) {}

  @ApiOperation({
    summary: 'Submit a job',
    description: 'The body is a job file in YAML or JSON. All faults of a file are reported at once.',
  })
  @Post()
  @Allow('job.write')
  @Idempotent()
  @LimitedSubmission()
  @ApiBody(jobFileDescription)
  @Answers(jobAnswer, { status: 201 })
  async submit(
    @CurrentPrincipal() principal: Principal,
    @Body(JobFilePipe) spec: JobSpec,
    @IdempotencyKey() key?: string,
  ): Promise<JobAnswer> {
    const tenantId = companyOf(principal);
    const nodesOf = (gpuClass: GpuClass) => this.access.nodesOf(gpuClass);
    const options = { nodesOf, ...(key !== undefined && { clientKey: `${principal.id}/${key}` }) };
    return await this.#shown(principal, (tx) => this.jobs.submit(tx, principal, tenantId, spec, options));
  }

  @ApiOperation({
    summary: 'List jobs',
    description: 'The latest first, filtered by company, state, GPU class, name and who submitted them.',
  })
  @Get()
  @Allow('job.read')
  @Answers(jobsAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: jobsQuery }) query: z.infer<typeof jobsQuery>,
  ): Promise<z.infer<typeof jobsAnswer>> {
    const tenantId = scopedTenant(principal, query.company);
    const cursor = afterOf(query);
    const filter = {
      limit: query.limit,
      ...(tenantId !== undefined && { tenantId }),
      ...(query.state !== undefined && { states: query.state }),
      ...(query.gpuClass !== undefined && { gpuClass: query.gpuClass }),
      ...(query.name !== undefined && { name: query.name }),
      ...(query.project !== undefined && { project: query.project }),
      ...(query.submittedBy !== undefined && { submittedBy: query.submittedBy }),
      ...(cursor !== undefined && { cursor }),
    };
    const { jobs, nextCursor } = await this.transactions.run((tx) => this.jobs.list(tx, filter));
    const items = jobs.map(showJobSummary);
    return nextCursor === null ? { items } : { items, nextCursor: Buffer.from(nextCursor).toString('base64url') };
  }

  @ApiOperation({
    summary: 'Cancel, suspend or resume several jobs',
    description: 'Each as by its own route, with a result of its own: a job that is refused does not stop the others.',
  })
  @Post('bulk')
  @Allow('job.write')
  @Idempotent()
  @Answers(bulkAnswer)
  async bulk(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: jobsBulkInput }) { action, ids }: z.infer<typeof jobsBulkInput>,
  ): Promise<z.infer<typeof bulkAnswer>> {
    return await this.transactions.run(async (tx) => {
      // All at first, in the order of their ids, so that two requests never wait for each other.
      await this.jobs.lockAll(tx, ids);
      const items = ids.map((id) => ({ id }));
      return await doEach(tx, items, (inner, { id }) => this.jobs[action](inner, principal, id, principal.tenantId));
    });
  }

  @ApiOperation({ summary: 'Read a job', description: 'Its specification, its state and why it is in it, its attempts and what it used.' })
  @Get(':id')
  @Allow('job.read')
  @Answers(jobAnswer)
  async get(@CurrentPrincipal() principal: Principal, @Param('id', { schema: jobId }) id: string): Promise<JobAnswer> {
    return await this.#shown(principal, (tx) => this.jobs.get(tx, id, principal.tenantId));
  }

  @ApiOperation({ summary: 'List the events of a job', description: 'In the order in which they occurred.' })
  @Get(':id/events')
  @Allow('job.read')
  @Answers(eventsAnswer)
  async events(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: eventsQuery }) query: z.infer<typeof eventsQuery>,
  ): Promise<z.infer<typeof eventsAnswer>> {
    const cursor = afterOf(query);
    const after = cursor !== undefined && /^\d{1,9}$/.test(cursor) ? Math.max(Number(cursor), query.after) : query.after;
    return await this.transactions.run(async (tx) => {
      const job = await this.jobs.get(tx, id, principal.tenantId);
      const events = await this.jobs.events(tx, job.id, after, query.limit + 1);
      return page(events, query.limit, ({ sequence }) => String(sequence), showEvent);
    });
  }

  @ApiOperation({
    summary: 'Mark a checkpoint of a job',
    description: 'The running job could resume from here: a later failure of the platform takes, and refunds, what it ran since.',
  })
  @Post(':id/checkpoints')
  @Allow('job.write')
  @Idempotent()
  @Answers(checkpointAnswer, { status: 201 })
  async markCheckpoint(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
  ): Promise<z.infer<typeof checkpointAnswer>> {
    const marked = await this.transactions.run((tx) => this.notes.markCheckpoint(tx, principal, id, principal.tenantId));
    return { ...marked, at: marked.at.toISOString() };
  }

  @ApiOperation({ summary: 'Cancel a job', description: 'A queued job ends at once; a running one is stopped within its grace.' })
  @Post(':id/cancel')
  @Allow('job.write')
  @Answers(jobAnswer)
  async cancel(@CurrentPrincipal() principal: Principal, @Param('id', { schema: jobId }) id: string): Promise<JobAnswer> {
    return await this.#shown(principal, (tx) => this.jobs.cancel(tx, principal, id, principal.tenantId));
  }

  @ApiOperation({
    summary: 'Suspend a job',
    description:
      'Stops a job that starts or runs: its pods get SIGTERM and its grace, what it used is charged, and its holds are released. It stays ' +
      'suspended until somebody resumes it, also where its file says that it resumes by itself.',
  })
  @Post(':id/suspend')
  @Allow('job.write')
  @Answers(jobAnswer)
  async suspend(@CurrentPrincipal() principal: Principal, @Param('id', { schema: jobId }) id: string): Promise<JobAnswer> {
    return await this.#shown(principal, (tx) => this.jobs.suspend(tx, principal, id, principal.tenantId));
  }

  @ApiOperation({ summary: 'Resume a job', description: 'Queues a suspended job again.' })
  @Post(':id/resume')
  @Allow('job.write')
  @Answers(jobAnswer)
  async resume(@CurrentPrincipal() principal: Principal, @Param('id', { schema: jobId }) id: string): Promise<JobAnswer> {
    return await this.#shown(principal, (tx) => this.jobs.resume(tx, principal, id, principal.tenantId));
  }

  /** The job that `work` answers with, as `principal` may read it. */
  async #shown(principal: Principal, work: (tx: Tx) => Promise<Job>): Promise<JobAnswer> {
    const [job, stops] = await this.transactions.run(async (tx) => {
      const found = await work(tx);
      return [found, await this.stops.of(tx, found)] as const;
    });
    return showJob(job, stops, principal);
  }
}
