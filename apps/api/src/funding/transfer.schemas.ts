import { z } from 'zod';
import { type BankTransfer, TRANSFER_DIRECTIONS, TRANSFER_STATES } from '#funding';
import { jsonInteger } from '#kernel';
import { pageOf, pageQuery } from '../http/pages.ts';
import { amount, day, instant, positiveAmountInput, text } from '../http/wire.ts';
import { companyId } from '../tenancy/company.schemas.ts';

export const transferId = z
  .string()
  .max(80)
  .regex(/^(transfer|topup)_[0-9a-z]+$/, 'An id begins with transfer_');

const bank = {
  amountFen: positiveAmountInput,
  reference: text(200).describe('Number of the bank transfer'),
  paidOn: day.describe('Calendar day of the transfer by the bank'),
};
export const transferInput = z.strictObject(bank);
export const refundInput = z.strictObject({ ...bank, reason: text(1000).describe('Why it is paid out') });
export const transferReason = z.strictObject({ reason: text(1000) });
export const reversalInput = z.strictObject({
  reason: text(1000),
  amountFen: positiveAmountInput.optional().describe('How much of it, where not all that is left'),
});
export const transferComment = z.strictObject({ comment: text(1000).optional() });
export const proofQuery = z.strictObject({ fileName: text(200) });
export const transfersQuery = pageQuery({ state: z.enum(TRANSFER_STATES).optional() });
export const allTransfersQuery = pageQuery({ state: z.enum(TRANSFER_STATES).optional(), company: companyId.optional() });

const person = z.object({ id: z.string(), name: z.string() });
export const transferAnswer = z
  .object({
    id: z.string(),
    companyId: z.string(),
    direction: z.enum(TRANSFER_DIRECTIONS).describe('`in`: into the wallet; `out`: paid out of the wallet of a company that leaves'),
    state: z.enum(TRANSFER_STATES).describe('Only a confirmed one is posted'),
    amountFen: amount,
    reference: z.string(),
    paidOn: day,
    reason: z.string().nullable().describe('Why it is paid out'),
    decisionId: z.string().nullable().describe('The decision that waits for, or was made by, the second person'),
    recordedBy: person,
    recordedAt: instant,
    decidedBy: person.nullable(),
    decidedAt: instant.nullable(),
    comment: z.string().nullable(),
    entryId: z.string().nullable(),
    reversedFen: amount.describe('How much of it was reversed'),
    reversedAt: instant.nullable().describe('When nothing of it was left'),
    proof: z
      .object({ fileName: z.string(), mediaType: z.string(), sizeBytes: z.int(), sha256: z.string() })
      .nullable()
      .describe("The bank's proof; without one nobody confirms"),
  })
  .meta({ id: 'BankTransfer' });
export const transfersAnswer = pageOf(transferAnswer);

const shownPerson = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name });

export function showTransfer(transfer: BankTransfer): z.infer<typeof transferAnswer> {
  const { id, tenantId, direction, state, amountFen, reference, paidOn, reason, decisionId, comment, entryId, proof } = transfer;
  return {
    ...{ id, companyId: tenantId, direction, state, amountFen: jsonInteger(amountFen), reference, paidOn, reason, decisionId },
    ...{ recordedBy: shownPerson(transfer.recordedBy), recordedAt: transfer.recordedAt.toISOString() },
    ...{ decidedBy: transfer.decidedBy === null ? null : shownPerson(transfer.decidedBy), comment, entryId },
    decidedAt: transfer.decidedAt === null ? null : transfer.decidedAt.toISOString(),
    reversedFen: jsonInteger(transfer.reversedFen),
    reversedAt: transfer.reversedAt === null ? null : transfer.reversedAt.toISOString(),
    proof,
  };
}
