import { Body, Controller, Delete, Get, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { companyOf, type Principal } from '#identity';
import { Clock, DomainError, instantOf } from '#kernel';
import { ApplicationsService, AttachmentsService } from '#applications';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { LimitedSubmission } from '../http/limits.ts';
import {
  applicationId,
  attachmentAnswer,
  attachmentId,
  attachmentQuery,
  attachmentsAnswer,
  showAttachment,
} from './application.schemas.ts';

/** Attachments of an application. A request has their bytes as its body, and they are always sent as downloads. */
@ApiTags('Applications')
@Controller('applications/:id/attachments')
export class AttachmentsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly applications: ApplicationsService,
    private readonly attachments: AttachmentsService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'List the attachments of an application',
    description: 'The list holds names, sizes and digests; each file is downloaded by itself.',
  })
  @Get()
  @Allow('application.read')
  @Answers(attachmentsAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
  ): Promise<z.infer<typeof attachmentsAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.applications.get(tx, id, principal.tenantId);
      return { items: (await this.attachments.list(tx, id)).map(showAttachment) };
    });
  }

  @ApiOperation({
    summary: 'Attach a file to an application',
    description: 'The body is the file itself: PDF, PNG, JPEG, Word or Excel. The type is recognised by the content.',
  })
  @Post()
  @Allow('application.write')
  @Idempotent()
  @LimitedSubmission()
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Answers(attachmentAnswer, { status: 201 })
  async add(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @Query({ schema: attachmentQuery }) { kind, fileName }: z.infer<typeof attachmentQuery>,
    @Body() content: unknown,
  ): Promise<z.infer<typeof attachmentAnswer>> {
    const tenantId = companyOf(principal);
    if (!Buffer.isBuffer(content)) {
      throw new DomainError('attachment.body', {
        detail: 'The body of the request is not a file.',
        remedy: 'Send the bytes of the file with Content-Type application/octet-stream.',
      });
    }
    return await this.transactions.run(async (tx) => {
      await this.applications.get(tx, id, tenantId);
      const at = instantOf(this.clock.now());
      return showAttachment(await this.attachments.add(tx, principal, tenantId, id, { kind, fileName, content }, at));
    });
  }

  @ApiOperation({
    summary: 'Download an attachment',
    description: 'The answer is the file as a download, which browsers do not open in place.',
  })
  @Get(':attachment')
  @Allow('application.read')
  @ApiProduces('application/octet-stream')
  async download(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @Param('attachment', { schema: attachmentId }) attachmentOf: string,
  ): Promise<StreamableFile> {
    return await this.transactions.run(async (tx) => {
      await this.applications.get(tx, id, principal.tenantId);
      const { attachment, content } = await this.attachments.content(tx, id, attachmentOf);
      const name = encodeURIComponent(attachment.fileName).replaceAll("'", '%27');
      return new StreamableFile(content, {
        // A browser must not show the file as a page of this site.
        type: 'application/octet-stream',
        disposition: `attachment; filename*=UTF-8''${name}`,
        length: attachment.sizeBytes,
      });
    });
  }

  @ApiOperation({ summary: 'Remove an attachment', description: 'Only while the application is with its author.' })
  @Delete(':attachment')
  @Allow('application.write')
  @AnswersNothing('It is off the application')
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: applicationId }) id: string,
    @Param('attachment', { schema: attachmentId }) attachment: string,
  ): Promise<void> {
    const tenantId = companyOf(principal);
    const at = instantOf(this.clock.now());
    await this.transactions.run((tx) => this.attachments.remove(tx, principal, tenantId, id, attachment, at));
  }
}
