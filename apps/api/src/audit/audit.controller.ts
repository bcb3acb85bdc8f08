import { Readable } from 'node:stream';
import { Controller, Get, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type AuditFilter, type AuditRecord, AuditTrailService } from '#audit';
import { Transactions } from '#database';
import { BYTE_ORDER_MARK, csvOf, jsonInteger } from '#kernel';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { afterOf, listOrder, page, pageOf, pageQuery } from '../http/pages.ts';
import { instant, instantInput, text } from '../http/wire.ts';

const filters = {
  actorId: text(100).optional(),
  action: text(100).optional(),
  objectType: text(100).optional(),
  objectId: text(100).optional(),
  tenantId: text(100).optional(),
  from: instantInput.optional(),
  until: instantInput.optional(),
};
const auditQuery = pageQuery({ ...filters, order: listOrder });
const exportQuery = z.strictObject({ ...filters, format: z.enum(['csv', 'jsonl']).default('jsonl') });

const auditAnswer = z
  .object({
    seq: z.int(),
    id: z.string(),
    at: instant,
    actor: z.object({ kind: z.enum(['user', 'system']), id: z.string(), name: z.string(), address: z.string().nullable() }),
    action: z.string(),
    objectType: z.string(),
    objectId: z.string(),
    tenantId: z.string().nullable(),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    reason: z.string().nullable(),
    payload: z.string().describe('What was hashed, to the character'),
    previousHash: z.string(),
    hash: z.string().describe('SHA-256 over the bytes of previousHash and payload'),
  })
  .meta({ id: 'AuditEvent' });
const auditPage = pageOf(auditAnswer);

const verificationQuery = z.strictObject({
  at: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional().describe('A link whose hash was written down elsewhere'),
});
const verificationAnswer = z
  .object({
    events: z.int(),
    intact: z.boolean(),
    head: z.string().describe('Hash of the last link; written down elsewhere it vouches for all before it'),
    hashAt: z.string().nullable().describe('Hash of the link asked for; null where none was asked for or there is none'),
    faults: z.array(z.object({ seq: z.int().nullable(), eventId: z.string(), fault: z.string() })),
  })
  .meta({ id: 'AuditVerification' });

function show(record: AuditRecord): z.infer<typeof auditAnswer> {
  const { actor } = record;
  return {
    ...record,
    seq: jsonInteger(record.seq),
    at: record.at.toISOString(),
    actor: { kind: actor.kind, id: actor.id, name: actor.name, address: actor.address ?? null },
    before: record.before as Record<string, unknown> | null,
    after: record.after as Record<string, unknown> | null,
  };
}

const CSV_HEAD = [
  'seq',
  'at',
  'actor',
  'actorName',
  'address',
  'action',
  'objectType',
  'objectId',
  'tenantId',
  'before',
  'after',
  'reason',
  'hash',
];

function csvRow(record: AuditRecord): string[] {
  const { actor } = record;
  return [
    String(record.seq),
    record.at.toISOString(),
    actor.id,
    actor.name,
    actor.address ?? '',
    record.action,
    record.objectType,
    record.objectId,
    record.tenantId ?? '',
    record.before === null ? '' : JSON.stringify(record.before),
    record.after === null ? '' : JSON.stringify(record.after),
    record.reason ?? '',
    record.hash,
  ];
}

/** The audit trail: who did what, when, from where, before and after, and why. */
@ApiTags('Audit trail')
@Controller('audit')
export class AuditController {
  constructor(
    private readonly transactions: Transactions,
    private readonly trail: AuditTrailService,
  ) {}

  @ApiOperation({
    summary: 'List audit events',
    description: 'In the order of the hash chain or from its end, filtered by actor, action, object, company and time.',
  })
  @Get('events')
  @Allow('audit.read')
  @Answers(auditPage)
  async list(@Query({ schema: auditQuery }) query: z.infer<typeof auditQuery>): Promise<z.infer<typeof auditPage>> {
    const after = afterOf(query);
    const place = after !== undefined && /^\d{1,18}$/.test(after) ? BigInt(after) : undefined;
    const records = await this.transactions.run((tx) => this.trail.list(tx, { ...query, after: place, limit: query.limit + 1 }));
    return page(records, query.limit, (record: AuditRecord) => String(record.seq), show);
  }

  @ApiOperation({
    summary: 'Verify the audit trail',
    description: 'Recomputes the hash chain over all events and reports what does not fit.',
  })
  @Get('verification')
  @Allow('audit.read')
  @Answers(verificationAnswer)
  async verify(
    @Query({ schema: verificationQuery }) { at }: z.infer<typeof verificationQuery>,
  ): Promise<z.infer<typeof verificationAnswer>> {
    const { found, hashAt } = await this.transactions.run(async (tx) => ({
      found: await this.trail.verify(tx),
      hashAt: at === undefined ? undefined : await this.trail.hashAt(tx, BigInt(at)),
    }));
    return {
      ...found,
      hashAt: hashAt ?? null,
      events: jsonInteger(found.events),
      faults: found.faults.map((fault) => ({ ...fault, seq: fault.seq === null ? null : jsonInteger(fault.seq) })),
    };
  }

  @ApiOperation({ summary: 'Export audit events', description: 'All events that fit the filter, as a file of JSON lines or CSV.' })
  @Get('export')
  @Allow('audit.read')
  @ApiOkResponse({ description: 'A file', content: { 'application/x-ndjson': {}, 'text/csv': {} } })
  export(
    @Query({ schema: exportQuery }) query: z.infer<typeof exportQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile {
    const { format, ...filter } = query;
    void reply.header('Content-Disposition', `attachment; filename="audit.${format}"`);
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
    return new StreamableFile(Readable.from(this.#lines(filter, format)), { type });
  }

  async *#lines(filter: Omit<AuditFilter, 'after' | 'limit' | 'order'>, format: 'csv' | 'jsonl'): AsyncGenerator<string> {
    if (format === 'csv') yield BYTE_ORDER_MARK + csvOf([CSV_HEAD]);
    for await (const record of this.trail.all(this.transactions.reader, filter)) {
      yield format === 'csv' ? csvOf([csvRow(record)]) : `${JSON.stringify(show(record))}\n`;
    }
  }
}
