import { z } from 'zod';
import { jsonInteger } from '#kernel';
import {
  type Application,
  APPLICATION_KINDS,
  APPLICATION_STATUSES,
  type ApplicationEvent,
  type Attachment,
  type Comment,
  COMPANY_KINDS,
  PARK_KINDS,
  type Decision,
} from '#applications';
import { areDistinct, MOST_ITEMS } from '../http/bulk.ts';
import { pageOf, pageQuery } from '../http/pages.ts';
import { amount, id, instant, positiveAmountInput, prose, queryFlag, text } from '../http/wire.ts';
import { attachmentKind, programmeId, secondInput, whole, written } from '../programmes/programme.schemas.ts';

export const applicationId = id('application');
export const attachmentId = id('attachment');
const grantId = id('grant');

/** What a draft may leave empty. */
const draftText = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((typed) => !/[^\P{Cc}\n\r\t]/u.test(typed), 'Control characters are not allowed');

const content = {
  amount: positiveAmountInput.nullable().describe("Fen or GPU-seconds, by the programme's unit"),
  validFrom: secondInput.nullable(),
  validUntil: secondInput.nullable(),
  purpose: draftText(4000),
  plan: draftText(20_000),
  contactName: draftText(100),
  contactPhone: draftText(40),
};

export const applicationInput = z.strictObject({
  ...z.strictObject(content).partial().shape,
  kind: z.enum(COMPANY_KINDS),
  programmeId: programmeId.optional().describe("For a grant or renewal; else the grant's"),
  grantId: grantId.optional().describe('The grant to renew, increase or extend'),
});
export const applicationChange = z.strictObject(content).partial();
export const withdrawal = z.strictObject({ reason: draftText(1000).default('') });
export const proposalInput = z.strictObject({
  kind: z.enum(PARK_KINDS),
  amount: positiveAmountInput.optional().describe('For a claw-back'),
  opinion: prose(4000),
});

const decisionFields = { amount: positiveAmountInput.optional(), validUntil: secondInput.optional(), opinion: draftText(4000).default('') };
export const reviewInput = z.strictObject({ verdict: z.enum(['recommend', 'return', 'decline']), ...decisionFields });
export const decisionInput = z.strictObject({ verdict: z.enum(['approve', 'return', 'reject']), ...decisionFields });

const versioned = z.strictObject({ id: applicationId, version: z.int().min(1).describe('That the decision is based on') });
const bulkFields = {
  opinion: decisionFields.opinion,
  items: z.array(versioned).min(1).max(MOST_ITEMS).refine(areDistinct, 'Name each application once'),
};
export const bulkReviewInput = z.strictObject({ verdict: reviewInput.shape.verdict, ...bulkFields });
export const bulkDecisionInput = z.strictObject({ verdict: decisionInput.shape.verdict, ...bulkFields });

export const applicationsQuery = pageQuery({
  company: id('company').optional(),
  programme: programmeId.optional(),
  grant: grantId.optional(),
  status: z.enum(APPLICATION_STATUSES).optional(),
  overdue: queryFlag.optional().describe('Only those whose next step is past due'),
});

const decisionAnswer = z.object({ by: z.string(), amount: amount.nullable(), validUntil: instant.nullable() });

/** An application as lists contain it: without its plan, which may be several pages long. */
export const applicationSummaryAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(APPLICATION_KINDS),
    programmeId: z.string(),
    companyId: z.string(),
    grantId: z.string().nullable(),
    status: z.enum(APPLICATION_STATUSES),
    round: z.int().describe('How often it was submitted'),
    amount: amount.nullable(),
    validFrom: instant.nullable(),
    validUntil: instant.nullable(),
    purpose: z.string(),
    contactName: z.string(),
    contactPhone: z.string(),
    submittedBy: z.string().nullable(),
    submittedAt: instant.nullable(),
    recommendation: decisionAnswer.nullable(),
    endorsement: decisionAnswer.nullable(),
    approval: decisionAnswer.nullable(),
    held: amount.describe('What a proposed claw-back keeps held of its grant while it is decided'),
    dueAt: instant.nullable(),
    decidedAt: instant.nullable(),
    createdAt: instant,
    updatedAt: instant,
    version: z.int(),
  })
  .meta({ id: 'ApplicationSummary' });
export const applicationAnswer = applicationSummaryAnswer.extend({ plan: z.string() }).meta({ id: 'Application' });
export const applicationsAnswer = pageOf(applicationSummaryAnswer);

const actorAnswer = z.object({ kind: z.string(), id: z.string(), name: z.string() });

export const applicationEventsAnswer = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        round: z.int(),
        at: instant,
        action: z.string(),
        status: z.enum(APPLICATION_STATUSES),
        actor: actorAnswer,
        amount: amount.nullable(),
        validUntil: instant.nullable(),
        opinion: z.string().nullable(),
        content: z.record(z.string(), z.string().nullable()).nullable().describe('Its fields when it was submitted'),
      }),
    ),
  })
  .meta({ id: 'ApplicationEvents' });

export const commentInput = z.strictObject({
  body: prose(4000),
  audience: z.enum(['everybody', 'park']).default('everybody').describe("park: not for the company's eyes"),
});
export const commentAnswer = z
  .object({ id: z.string(), at: instant, actor: actorAnswer, audience: z.enum(['everybody', 'park']), body: z.string() })
  .meta({ id: 'ApplicationComment' });
export const commentsAnswer = z.object({ items: z.array(commentAnswer) });

export const attachmentQuery = z.strictObject({ kind: attachmentKind.default('other'), fileName: text(500) });
export const attachmentAnswer = z
  .object({
    id: z.string(),
    kind: z.string(),
    fileName: z.string(),
    mediaType: z.string().describe('As found in the content'),
    sizeBytes: z.int(),
    sha256: z.string(),
    actor: actorAnswer,
    addedAt: instant,
  })
  .meta({ id: 'Attachment' });
export const attachmentsAnswer = z.object({ items: z.array(attachmentAnswer) });

const showDecision = (decision: Decision | null): z.infer<typeof decisionAnswer> | null =>
  decision === null ? null : { by: decision.by, amount: whole(decision.amount), validUntil: written(decision.validUntil) };

export function showApplication({ tenantId, submission: _, ...application }: Application): z.infer<typeof applicationAnswer> {
  return {
    ...application,
    companyId: tenantId,
    amount: whole(application.amount),
    validFrom: written(application.validFrom),
    validUntil: written(application.validUntil),
    submittedAt: written(application.submittedAt),
    recommendation: showDecision(application.recommendation),
    endorsement: showDecision(application.endorsement),
    approval: showDecision(application.approval),
    held: jsonInteger(application.held),
    dueAt: written(application.dueAt),
    decidedAt: written(application.decidedAt),
    createdAt: application.createdAt.toISOString(),
    updatedAt: application.updatedAt.toISOString(),
  };
}

export function showEvents(events: readonly ApplicationEvent[]): z.infer<typeof applicationEventsAnswer> {
  return {
    items: events.map((event) => ({
      ...event,
      at: event.at.toISOString(),
      amount: event.amount === null ? null : jsonInteger(event.amount),
      validUntil: written(event.validUntil),
      content: event.content === null ? null : { ...event.content },
    })),
  };
}

export const showComment = (comment: Comment): z.infer<typeof commentAnswer> => ({ ...comment, at: comment.at.toISOString() });

export const showAttachment = (attachment: Attachment): z.infer<typeof attachmentAnswer> => ({
  ...attachment,
  addedAt: attachment.addedAt.toISOString(),
});
