import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AuditTrailService } from '#audit';
import { namespaceOf } from '#cluster';
import { Transactions } from '#database';
import { CompaniesService } from '#tenancy';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { instant } from '../http/wire.ts';
import { companyId } from './company.schemas.ts';

const STATES = { 'tenant-space.created': 'present', 'tenant-space.repaired': 'present', 'tenant-space.removed': 'removed' } as const;
const isRecorded = (action: string): action is keyof typeof STATES => action in STATES;
/** The most events of the audit trail that are read. */
const MOST_EVENTS = 20;

/** What the controller records of a repair. An absent value was not in the object, or must not be in it. */
const recorded = z.object({
  repairs: z
    .array(
      z.object({
        object: z.string(),
        differences: z.array(z.object({ field: z.string(), found: z.unknown().optional(), wanted: z.unknown().optional() })),
        changedBy: z.string().optional(),
        changedAt: z.string().optional(),
      }),
    )
    .default([]),
});

const companySpaceAnswer = z
  .object({
    namespace: z.string(),
    state: z.enum(['none', 'present', 'removed']).describe('As the controller left it last; none: it has not made the namespace yet'),
    recordedAt: instant.nullable().describe('When the controller made, repaired or removed it last'),
    repairs: z
      .array(
        z.object({
          at: instant,
          object: z.string().describe('Such as ResourceQuota speedspace'),
          differences: z
            .array(
              z.object({
                field: z.string(),
                found: z.string().nullable().describe('As JSON; null: the field was missing'),
                wanted: z.string().nullable().describe('As JSON; null: the field should not exist'),
              }),
            )
            .describe('Empty: the object did not exist'),
          changedBy: z.string().nullable().describe('Who changed the object last, as far as the cluster knows'),
          changedAt: instant.nullable(),
        }),
      )
      .describe('The latest first'),
  })
  .meta({ id: 'CompanySpace' });

type CompanySpace = z.infer<typeof companySpaceAnswer>;

/** The namespaces of companies in the cluster. */
@ApiTags('Companies')
@Controller('companies')
export class CompanySpacesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly trail: AuditTrailService,
  ) {}

  @ApiOperation({
    summary: "Read the state of a company's namespace",
    description:
      'With its last repairs: what somebody changed or deleted in it, and the controller put right. Both are on the audit trail.',
  })
  @Get(':id/space')
  @Allow('cluster.read')
  @Answers(companySpaceAnswer)
  async get(@Param('id', { schema: companyId }) id: string): Promise<CompanySpace> {
    return await this.transactions.run(async (tx) => {
      const { slug } = await this.companies.get(tx, id);
      const events = await this.trail.latest(tx, { objectType: 'company', objectId: id }, Object.keys(STATES), MOST_EVENTS);
      const [last] = events;
      return {
        namespace: namespaceOf(slug),
        state: last !== undefined && isRecorded(last.action) ? STATES[last.action] : 'none',
        recordedAt: last?.at.toISOString() ?? null,
        repairs: events.flatMap(({ at, after }) => showRepairs(at, after)),
      };
    });
  }
}

function showRepairs(at: Date, after: object | null): CompanySpace['repairs'] {
  const asJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  return recorded.parse(after ?? {}).repairs.map(({ object, differences, changedBy, changedAt }) => ({
    at: at.toISOString(),
    object,
    differences: differences.map(({ field, found, wanted }) => ({ field, found: asJson(found), wanted: asJson(wanted) })),
    changedBy: changedBy ?? null,
    changedAt: changedAt ?? null,
  }));
}
