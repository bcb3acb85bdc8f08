import { z } from 'zod';
import { instantOf, jsonInteger, toDate, UNITS } from '#kernel';
import { type Appropriation, type Budget, type Programme, PROGRAMME_STATUSES } from '#programmes';
import { gpuClassCode } from '../catalog/catalog.schemas.ts';
import { waitingDecision } from '../decisions/decision.schemas.ts';
import { amount, amountInput, id, instant, instantInput, positiveAmountInput, text } from '../http/wire.ts';

export const programmeId = id('programme');

/** Business times are whole seconds. */
export const secondInput = instantInput.transform((date) => toDate(instantOf(date)));

export const attachmentKind = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'A short lower-case word such as business-licence');

const terms = {
  name: text(200),
  funder: text(200),
  unit: z.enum(UNITS).describe('CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds of the one class'),
  coverageBp: z.int().min(0).max(10_000).transform(BigInt).describe('Basis points of the list price that the programme pays'),
  priority: z.int().min(0).max(1000).describe('Stacking order: the lower pays first'),
  classes: z.array(gpuClassCode).min(1).max(50),
  monthlyCapPerTenant: amountInput.nullable(),
  capPerTenant: amountInput.nullable(),
  carryOver: z.boolean().describe('Prolong an unspent grant once, by its own length, instead of letting it lapse'),
  validFrom: secondInput,
  validUntil: secondInput,
  applicationFrom: secondInput.nullable().describe('null: from when the programme opens'),
  applicationUntil: secondInput.nullable().describe('null: as long as the programme is open'),
  requiredAttachments: z.array(z.strictObject({ kind: attachmentKind, name: text(80) })).max(20),
  secondApprovalAbove: amountInput.nullable().describe('Above it, two final approvals; null: always one'),
  reviewDays: z.int().min(1).max(365),
  decisionDays: z.int().min(1).max(365),
};

export const programmeChange = z.strictObject(terms).partial();
export const programmeInput = z.strictObject({
  ...terms,
  code: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Lower-case letters, digits and "-", at most 40'),
  monthlyCapPerTenant: terms.monthlyCapPerTenant.default(null),
  capPerTenant: terms.capPerTenant.default(null),
  carryOver: terms.carryOver.default(false),
  applicationFrom: terms.applicationFrom.optional(),
  applicationUntil: terms.applicationUntil.optional(),
  requiredAttachments: terms.requiredAttachments.optional(),
  secondApprovalAbove: terms.secondApprovalAbove.optional(),
  reviewDays: terms.reviewDays.optional(),
  decisionDays: terms.decisionDays.optional(),
});

export const programmeStatusChange = z.strictObject({ status: z.enum(PROGRAMME_STATUSES) });

export const programmeAnswer = z
  .object({
    id: z.string(),
    code: z.string(),
    name: z.string(),
    funder: z.string(),
    unit: z.enum(UNITS),
    coverageBp: z.int(),
    priority: z.int(),
    classes: z.array(z.string()),
    monthlyCapPerTenant: amount.nullable(),
    capPerTenant: amount.nullable(),
    carryOver: z.boolean(),
    status: z.enum(PROGRAMME_STATUSES),
    validFrom: instant,
    validUntil: instant,
    applicationFrom: instant.nullable(),
    applicationUntil: instant.nullable(),
    requiredAttachments: z.array(z.object({ kind: z.string(), name: z.string() })),
    secondApprovalAbove: amount.nullable(),
    reviewDays: z.int(),
    decisionDays: z.int(),
    appropriated: amount.optional().describe('What funders gave in all; for the park only'),
    unpromised: amount.optional().describe('What of the budget is not promised to grants; for the park only'),
    version: z.int(),
  })
  .meta({ id: 'Programme' });

export const changedProgrammeAnswer = programmeAnswer.extend({ decision: waitingDecision }).meta({ id: 'ChangedProgramme' });

export const appropriationInput = z.strictObject({
  amount: positiveAmountInput,
  reference: text(200).optional().describe("The funder's document"),
});
const actorAnswer = z.object({ id: z.string(), name: z.string() });
export const appropriationsAnswer = z
  .object({
    items: z.array(z.object({ id: z.string(), amount, at: instant, actor: actorAnswer, reference: z.string().nullable() })),
  })
  .meta({ id: 'Appropriations' });

export const whole = (value: bigint | null): number | null => (value === null ? null : jsonInteger(value));
export const written = (date: Date | null): string | null => (date === null ? null : date.toISOString());

export function showProgramme(programme: Programme, budget?: Budget): z.infer<typeof programmeAnswer> {
  return {
    ...programme,
    coverageBp: jsonInteger(programme.coverageBp),
    classes: [...programme.classes],
    monthlyCapPerTenant: whole(programme.monthlyCapPerTenant),
    capPerTenant: whole(programme.capPerTenant),
    secondApprovalAbove: whole(programme.secondApprovalAbove),
    validFrom: programme.validFrom.toISOString(),
    validUntil: programme.validUntil.toISOString(),
    applicationFrom: written(programme.applicationFrom),
    applicationUntil: written(programme.applicationUntil),
    requiredAttachments: [...programme.requiredAttachments],
    ...(budget !== undefined && { appropriated: jsonInteger(budget.appropriated), unpromised: jsonInteger(budget.unpromised) }),
  };
}

export function showAppropriations(steps: readonly Appropriation[]): z.infer<typeof appropriationsAnswer> {
  return { items: steps.map((step) => ({ ...step, amount: jsonInteger(step.amount), at: step.at.toISOString() })) };
}
