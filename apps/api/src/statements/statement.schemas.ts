import { z } from 'zod';
import {
  CLOSING_ADVISORIES,
  CLOSING_CONDITIONS,
  CLOSING_ITEM_STATES,
  type ListedMonth,
  MONTH_STATES,
  signedMonthRecordSchema,
  signedProofSchema,
} from '#statements';
import { decisionAnswer, showWaiting } from '../decisions/decision.schemas.ts';
import { amount, instant, month, text } from '../http/wire.ts';

export const programmeId = z.string().max(80);

const unit = z.enum(['CNY', 'GPU_SECONDS']);

const share = z.object({
  source: z.string().describe('`grant:<id>`, `wallet` or `absorbed`'),
  unit,
  gpuSeconds: amount,
  amount: amount.describe('Paid, in `unit`'),
  listFen: amount.describe('List cost it bore'),
});
const totals = z.object({ gpuSeconds: amount, listFen: amount, subsidyFen: amount, selfPaidFen: amount, absorbedFen: amount });

const formerNames = z.array(z.string()).describe('Names that it had in the month and has no more; the last one first');

const names = z.object({
  company: z.string(),
  creditCode: z.string(),
  formerCompanyNames: formerNames,
  jobs: z.record(z.string(), z.string()),
  grants: z.record(z.string(), z.string()),
  programmes: z.record(z.string(), z.string()).describe("The programme's name, by the id of the grant"),
  formerProgrammeNames: z.record(z.string(), formerNames).describe('By the id of the grant'),
  documents: z.record(z.string(), z.array(z.string())).describe('References of the documents of the funder, by the id of the grant'),
});

const corrections = z
  .array(
    z.object({
      ...{ jobId: z.string(), kind: z.string(), source: z.string(), unit },
      amount: amount.describe('Paid, in `unit`: negative where it was given back'),
      ...{ gpuSeconds: amount, listFen: amount },
      belongsTo: month.describe('The month that it belongs to'),
    }),
  )
  .describe('Corrections, refunds and late usage, which the jobs count in');

const document = z.object({
  format: z.literal(2).optional().describe('Absent where the month was closed before documents had names and corrections'),
  tenantId: z.string(),
  month,
  accounts: z.array(
    z.object({
      account: z.string(),
      unit,
      opening: amount,
      movements: z.array(z.object({ kind: z.string(), amount })),
      closing: amount,
    }),
  ),
  jobs: z.array(z.object({ jobId: z.string(), gpuClass: z.string(), shares: z.array(share), totals })),
  totals,
  corrections: corrections.optional(),
  names: names.optional(),
});

const issued = {
  status: z.enum(['open', 'closed']),
  closedAt: instant.optional(),
  proof: signedProofSchema
    .optional()
    .describe('That the document was closed with its month; absent where the month is open, or was closed before months had records'),
};

export const statementAnswer = z.object({
  ...issued,
  digest: z.string().describe('SHA-256 over `document` in canonical JSON: keys sorted, no white space'),
  document,
  names: names.describe('What the ids of the document are called: as it says itself, or, where it does not, now'),
  corrections: corrections.describe('As the document says itself, or, where it does not, as the ledger says'),
});

const settlementDocument = z.object({
  format: z.literal(2),
  programmeId: z.string(),
  month,
  programme: z.object({
    ...{ code: z.string(), name: z.string(), funder: z.string(), formerNames },
    documents: z.array(z.string()).describe('References of the documents of the funder'),
  }),
  lines: z.array(
    z.object({
      ...{ tenantId: z.string(), companyName: z.string(), creditCode: z.string(), formerCompanyNames: formerNames },
      ...{ shares: z.array(share), totals },
    }),
  ),
  totals,
});

export const settlementAnswer = z.object({
  ...issued,
  digest: z
    .string()
    .describe('SHA-256 over the fields of the document in canonical JSON: all but `status`, `closedAt`, `digest` and `proof`'),
  ...settlementDocument.shape,
});

export const monthRecordAnswer = signedMonthRecordSchema.meta({ id: 'SignedMonthRecord' });

export const closingInput = z.strictObject({
  reason: text(1000).optional().describe('Why; needed where items of the checklist ask for attention'),
});
export const closingAnswer = z.object({ month, decision: decisionAnswer });

export const checklistAnswer = z
  .object({
    month,
    ready: z.boolean().describe('Whether no item blocks the closing'),
    items: z.array(
      z.object({
        item: z.enum([...CLOSING_CONDITIONS, ...CLOSING_ADVISORIES]),
        state: z
          .enum(CLOSING_ITEM_STATES)
          .describe(
            '`by-closing`: the closing does it; `attention`: people accept it with a reason, the controller does not; `blocking`: the month cannot be closed',
          ),
        count: z.int().describe('How many there are of what the item is about; 0 where it is met'),
        detail: z.string(),
        remedy: z.string().optional().describe('What to do; absent where it is met'),
      }),
    ),
    decision: decisionAnswer.optional().describe('The closing that was requested and waits for a second person'),
  })
  .meta({ id: 'ClosingChecklist' });

export const monthsAnswer = z
  .object({
    items: z
      .array(
        z.object({
          month,
          state: z
            .enum(MONTH_STATES)
            .describe('`running`: it is not over; `open`: it waits to be closed; `closing`: its closing waits for a second person'),
          closedAt: instant.nullable(),
          closing: z
            .object({
              closedBy: z.string().nullable(),
              requestedBy: z.string().nullable().describe('Null where the park closes months automatically'),
              statementCount: z.int().nullable(),
              digest: z.string().nullable().describe('SHA-256 of the record of the month; null where an earlier release closed it'),
              keyId: z.string().nullable().describe('Of the key that signed the record; null where the park had no key'),
            })
            .optional()
            .describe('Of a closed month, for those who may read the records of months'),
          decision: decisionAnswer.optional().describe('The closing that waits for a second person'),
        }),
      )
      .describe('The latest month first'),
  })
  .meta({ id: 'Months' });

/** @param whole whether the reader may read who closed the month, and its record; else they read its state */
export function showMonth(
  { month: name, state, closure, decision }: ListedMonth,
  whole: boolean,
): z.infer<typeof monthsAnswer>['items'][number] {
  const closedAt = closure?.closedAt.toISOString() ?? null;
  if (!whole) return { month: name, state: state === 'closing' ? 'open' : state, closedAt };
  if (closure === undefined) return { month: name, state, closedAt, ...showWaiting(decision) };
  const { closedBy, requestedBy, statementCount, digest, keyId } = closure;
  return { month: name, state, closedAt, closing: { closedBy, requestedBy, statementCount, digest, keyId } };
}
