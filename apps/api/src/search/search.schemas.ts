import { z } from 'zod';
import { text } from '../http/wire.ts';

/** What is searched. Among equally good matches, the kinds take turns in this order. */
export const SEARCH_KINDS = ['company', 'programme', 'application', 'grant', 'job', 'person', 'month', 'statement'] as const;

export const searchQuery = z.strictObject({
  q: text(100).describe(
    'Part of an id, a name, a credit code, a programme code or an address, in any case; or the beginning of a month, such as `2026-1` or `2026年10月`',
  ),
  limit: z.coerce.number().int().min(1).max(50).default(12).describe('Most results, over all kinds together'),
});

export const searchAnswer = z
  .object({
    items: z
      .array(
        z.object({
          kind: z.enum(SEARCH_KINDS),
          id: z.string(),
          name: z.string(),
          detail: z
            .string()
            .describe(
              'What tells it from others of its name: state of a job, application or month, credit code, programme code and funder, address',
            ),
          companyId: z.string().optional().describe('The company it belongs to'),
          companyName: z.string().optional().describe('For the people of the park'),
        }),
      )
      .describe('The best match first: equal, then beginning with the text, then containing it, then belonging to something that matches'),
  })
  .meta({ id: 'SearchResults' });

export type SearchResult = z.infer<typeof searchAnswer>['items'][number];
