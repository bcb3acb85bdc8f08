import { z } from 'zod';
import { formatInstant } from '#kernel';
import type { ShownPodEvent } from '#pod-history';
import { instant } from '../http/wire.ts';

const bilingual = z.object({ en: z.string(), zh: z.string() });

const podEvent = z
  .object({
    attempt: z.int(),
    replica: z.int(),
    pod: z.string().describe('Name of the pod in Kubernetes').meta({ example: 'job-01m87dd5ep5z67vz613k1z6nkn-1-0-x7k2p' }),
    source: z.enum(['event', 'status']).describe('`event`: an Event of Kubernetes; `status`: a reason in the status of the pod'),
    warning: z.boolean(),
    code: z
      .string()
      .describe('Stable code of what it means, such as `image-pull-failed`; `other` where the catalogue has none')
      .meta({ example: 'image-pull-failed' }),
    sentence: bilingual.describe('What it means'),
    remedy: bilingual.nullable().describe('What its reader can do'),
    reason: z.string().describe('As Kubernetes names it').meta({ example: 'ErrImagePull' }),
    message: z.string().describe('As Kubernetes words it'),
    count: z.int().describe('How often it occurred'),
    firstAt: instant,
    lastAt: instant,
  })
  .meta({ id: 'PodEvent' });

export const podEventsAnswer = z.object({ items: z.array(podEvent) });

export function showPodEvent({ podName, type, explained, firstAt, lastAt, ...event }: ShownPodEvent): z.infer<typeof podEvent> {
  const { attempt, replica, source, reason, message, count } = event;
  const { code, sentence, remedy } = explained;
  return {
    ...{ attempt, replica, pod: podName, source, warning: type === 'Warning', code, sentence: { ...sentence } },
    ...{ remedy: remedy === null ? null : { ...remedy }, reason, message, count },
    ...{ firstAt: formatInstant(firstAt), lastAt: formatInstant(lastAt) },
  };
}
