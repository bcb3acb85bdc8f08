import { z } from 'zod';
import type { FormDraft } from '#tenancy';
import { instant } from '../http/wire.ts';

export const formName = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'The name of a form has small letters, digits and hyphens')
  .meta({ examples: ['job'] });

const fields = z.record(z.string(), z.unknown());

export const draftInput = z.strictObject({
  content: fields
    .describe('What was typed so far, at most 64 KiB; never a password or another secret')
    .meta({ examples: [{ text: 'kind: Job' }] }),
});

const draftFields = {
  form: z.string().meta({ examples: ['job'] }),
  updatedAt: instant,
  expiresAt: instant.describe('When it is deleted, unless it is saved again'),
};

export const draftAnswer = z
  .object({ ...draftFields, content: fields.meta({ examples: [{ text: 'kind: Job' }] }) })
  .meta({ id: 'FormDraft' });
export const draftsAnswer = z.object({ items: z.array(z.object(draftFields).meta({ id: 'FormDraftSummary' })) });

export function showDraft(draft: FormDraft): z.infer<typeof draftAnswer> {
  return { ...showDraftSummary(draft), content: draft.content };
}

export function showDraftSummary({ form, updatedAt, expiresAt }: FormDraft): z.infer<typeof draftsAnswer>['items'][number] {
  return { form, updatedAt: updatedAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
