import { z } from 'zod';
import { projectCode } from '#jobs';
import type { Project } from '#tenancy';
import { instant, queryFlag, text } from '../http/wire.ts';

export { projectCode };

const MODEL = '极订-7B';
const FILING_NUMBER = 'Shanghai-JiDing-202608150001';

const description = {
  purpose: text(1_000).nullable().optional(),
  model: text(200)
    .nullable()
    .optional()
    .describe('The model that it trains or serves')
    .meta({ examples: [MODEL] }),
  filingNumber: text(100)
    .nullable()
    .optional()
    .describe('备案号 of the model')
    .meta({ examples: [FILING_NUMBER] }),
};

export const projectInput = z.strictObject({ code: projectCode, title: text(200), ...description });
export const projectChange = z.strictObject({
  title: text(200).optional(),
  ...description,
  archived: z.boolean().optional().describe('Whether new jobs may no longer name it'),
});
export const projectsQuery = z.strictObject({ archived: queryFlag.optional().describe('`false` leaves out the archived ones') });

export const projectAnswer = z
  .object({
    id: z.string(),
    companyId: z.string(),
    code: z.string().meta({ examples: ['chat'] }),
    title: z.string(),
    purpose: z.string().nullable(),
    model: z
      .string()
      .nullable()
      .meta({ examples: [MODEL] }),
    filingNumber: z
      .string()
      .nullable()
      .meta({ examples: [FILING_NUMBER] }),
    createdAt: instant,
    archivedAt: instant.nullable().describe('Since when no new job may name it'),
    version: z.int(),
  })
  .meta({ id: 'Project' });
export const projectsAnswer = z.object({ items: z.array(projectAnswer) });

export function showProject(project: Project): z.infer<typeof projectAnswer> {
  return { ...project, createdAt: project.createdAt.toISOString(), archivedAt: project.archivedAt?.toISOString() ?? null };
}
