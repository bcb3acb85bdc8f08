import { z } from 'zod';
import { DECISION_STATES, type PendingDecision } from '#decisions';
import { pageOf, pageQuery } from '../http/pages.ts';
import { id, instant, text } from '../http/wire.ts';

export const decisionId = id('decision');
export const decisionsQuery = pageQuery({
  state: z.enum(DECISION_STATES).optional(),
  kind: z
    .string()
    .regex(/^[a-z-]{1,40}$/, 'A kind such as park-roles')
    .optional(),
});
export const decisionComment = z.strictObject({ comment: text(1000).optional() });

const person = z.object({ id: z.string(), name: z.string() });
export const decisionAnswer = z
  .object({
    id: z.string(),
    kind: z
      .string()
      .describe(
        'Such as park-roles, programme-threshold, bank-transfer, bank-transfer-reversal, bank-transfer-part-reversal, incident-refund, refund-reversal, month-closing',
      ),
    subject: z.string().describe('Id of what it is about'),
    companyId: z.string().nullable(),
    summary: z.string(),
    reason: z.string(),
    state: z.enum(DECISION_STATES),
    proposedBy: person,
    proposedAt: instant,
    expiresAt: instant.describe('When it ends by itself'),
    decidedBy: person.nullable(),
    decidedAt: instant.nullable(),
    comment: z.string().nullable(),
  })
  .meta({ id: 'Decision' });
export const decisionsAnswer = pageOf(decisionAnswer);
/** What waits for a second person, in addition to what was changed at once. */
export const waitingDecision = decisionAnswer.optional().describe('What waits for a second person before it takes effect');

export function showDecision(decision: PendingDecision): z.infer<typeof decisionAnswer> {
  const { id: name, kind, subject, tenantId, summary, reason, state, proposedBy, decidedBy, comment } = decision;
  return {
    ...{ id: name, kind, subject, companyId: tenantId, summary, reason, state, proposedBy, decidedBy, comment },
    proposedAt: decision.proposedAt.toISOString(),
    expiresAt: decision.expiresAt.toISOString(),
    decidedAt: decision.decidedAt === null ? null : decision.decidedAt.toISOString(),
  };
}

/** The field of an answer to a change of which a part may wait. */
export function showWaiting(decision: PendingDecision | undefined): { decision?: z.infer<typeof decisionAnswer> } {
  return decision === undefined ? {} : { decision: showDecision(decision) };
}
