import { useQuery } from '@tanstack/react-query';
import type { components } from '#api-client';
import { api } from '../../api/client.ts';
import { everyPage } from '../../api/everything.ts';
import { type Me, useMe } from '../../api/session.ts';
import type { QueueSearch } from './routes.ts';

export type ApplicationSummary = components['schemas']['ApplicationSummary'];
type Status = ApplicationSummary['status'];

const IN_PROGRESS: readonly Status[] = ['submitted', 'recommended', 'endorsed', 'returned'];
const ENDED: readonly Status[] = ['approved', 'rejected', 'withdrawn'];

/** The statuses in which an application waits for a person with these roles. */
function awaitedStatuses({ actions }: Me): readonly Status[] {
  return [
    ...(actions.includes('application.review') ? (['submitted'] as const) : []),
    ...(actions.includes('application.decide') ? (['recommended', 'endorsed'] as const) : []),
  ];
}

/** Whether the person took an earlier step, so that another one takes the next. */
export function tookPart(application: ApplicationSummary, me: Pick<Me, 'id'>): boolean {
  const { submittedBy, recommendation, endorsement } = application;
  return [submittedBy, recommendation?.by, endorsement?.by].includes(me.id);
}

/** What the person may do with the application now; undefined: nothing. */
export function stepOf(application: ApplicationSummary, me: Me): 'review' | 'decide' | undefined {
  if (!awaitedStatuses(me).includes(application.status) || tookPart(application, me)) return undefined;
  return application.status === 'submitted' ? 'review' : 'decide';
}

/** Overdue and nearly due first; what has no date last, by how long it waits. */
function byDueDate(left: ApplicationSummary, right: ApplicationSummary): number {
  const due = ({ dueAt }: ApplicationSummary) => (dueAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(dueAt));
  return due(left) - due(right) || Date.parse(left.updatedAt) - Date.parse(right.updatedAt);
}

const STALE_MS = 10_000;

/** The applications of a view: what waits for the person, all in progress, or what has ended. */
export function useQueue({ show, kind, programme }: QueueSearch) {
  const me = useMe();
  const awaited = awaitedStatuses(me);
  const mine = show === undefined && awaited.length > 0;
  const statuses = mine ? awaited : show === 'ended' ? ENDED : IN_PROGRESS;
  return useQuery({
    queryKey: ['get', '/api/v1/applications', 'queue', statuses, programme],
    queryFn: async ({ signal }) => {
      const lists = statuses.map(
        async (status) =>
          await everyPage(
            async (page, abort) =>
              await api.GET('/api/v1/applications', {
                params: { query: { ...page, status, ...(programme !== undefined && { programme }) } },
                signal: abort,
              }),
            signal,
          ),
      );
      return (await Promise.all(lists)).flat();
    },
    staleTime: STALE_MS,
    select: (applications) =>
      applications
        .filter((application) => (kind === undefined || application.kind === kind) && (!mine || stepOf(application, me) !== undefined))
        .toSorted(show === 'ended' ? (left, right) => Date.parse(right.decidedAt ?? '') - Date.parse(left.decidedAt ?? '') : byDueDate),
  });
}
