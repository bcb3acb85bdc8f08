import { z } from 'zod';
import type { GpuHolder, NodeView } from '#insight';
import { JOB_STATES } from '#jobs';
import { type Instant, toDate } from '#kernel';
import { instant } from '../http/wire.ts';

const holder = z.object({
  jobId: z.string(),
  jobName: z.string(),
  companyId: z.string(),
  companyName: z.string(),
  state: z.enum(JOB_STATES).describe('State of the job'),
  gpus: z.int().describe('GPUs of this node'),
  startedAt: instant.nullable(),
  endsBy: instant.nullable().describe('Its latest end, by its max runtime and grace; null before it started'),
});
const node = z.object({
  name: z.string(),
  state: z
    .enum(['open', 'cordoned', 'not-ready', 'maintenance', 'closed'])
    .describe('`closed`: to all its classes for other reasons, such as taints'),
  closures: z
    .array(
      z.object({
        code: z.enum(['not-ready', 'cordoned', 'maintenance', 'taint', 'unreadable']),
        classes: z
          .array(z.string())
          .meta({ examples: [['h800']] })
          .describe('GPU classes to which the node is closed for this'),
        detail: z.string().meta({ examples: ['h800 does not tolerate its taint dedicated=training:NoSchedule.'] }),
        taint: z
          .string()
          .nullable()
          .meta({ examples: ['dedicated=training:NoSchedule'] }),
      }),
    )
    .describe('Everything for which pods may not start on it'),
  maintenanceFrom: instant.nullable().describe('When its maintenance begins, or began'),
  maintenanceUntil: instant.nullable().describe('When its maintenance, or another time for which it is closed, is announced to end'),
  ignoredAnnouncements: z
    .array(z.string())
    .meta({ examples: [[]] })
    .describe('Why announcements of maintenance on the node cannot be used'),
  domains: z
    .record(z.string(), z.string())
    .meta({ examples: [{ rack: 'r7', switch: 's2' }] })
    .describe('Its domain of each kind by which nodes are grouped'),
  gpus: z.array(
    z.object({
      resourceName: z.string().meta({ examples: ['nvidia.com/gpu'] }),
      classes: z.array(z.string()),
      openTo: z
        .array(z.string())
        .meta({ examples: [['h800']] })
        .describe('GPU classes whose pods may start here now'),
      total: z.int(),
      unhealthy: z.int().describe('Reported as unhealthy by their device plugin'),
      foreign: z.int().describe('Requested by pods that are not of Speedspace'),
      free: z.int(),
      holders: z.array(holder),
    }),
  ),
});
export const nodesAnswer = z.object({ at: instant, items: z.array(node) }).meta({ id: 'Nodes' });

const written = (at: Instant | null): string | null => (at === null ? null : toDate(at).toISOString());

export function showNode(view: NodeView, companyNames: ReadonlyMap<string, string>): z.infer<typeof node> {
  const showHolder = ({ startedAt, endsBy, ...rest }: GpuHolder): z.infer<typeof holder> => ({
    ...rest,
    companyName: companyNames.get(rest.companyId) ?? rest.companyId,
    startedAt: written(startedAt),
    endsBy: written(endsBy),
  });
  return {
    ...{ name: view.name, state: view.state, domains: { ...view.domains }, ignoredAnnouncements: [...view.ignoredAnnouncements] },
    closures: view.closures.map(({ taint = null, classes, ...closure }) => ({ ...closure, classes: [...classes], taint })),
    ...{ maintenanceFrom: written(view.maintenanceFrom), maintenanceUntil: written(view.maintenanceUntil) },
    gpus: view.gpus.map(({ classes, openTo, holders, ...cells }) => ({
      ...{ ...cells, classes: [...classes], openTo: [...openTo], holders: holders.map(showHolder) },
    })),
  };
}
