import { inUnit, type Unit } from './amounts.ts';
import { type Api, answerOf } from './api-client.ts';
import type { components } from '#api-client';
import { type Fact, known } from './facts.ts';
import type { Column } from './output.ts';
import { type Programme, unitOf } from './programmes.ts';

export type Application = components['schemas']['Application'];
/** An application as lists contain it: without its plan. */
export type ApplicationSummary = components['schemas']['ApplicationSummary'];
type Event = components['schemas']['ApplicationEvents']['items'][number];
type Comment = components['schemas']['ApplicationComment'];
type Attachment = components['schemas']['Attachment'];

/** An application with its attachments, reviews, decisions and comments. */
export interface Dossier {
  readonly application: Application;
  readonly attachments: readonly Attachment[];
  readonly events: readonly Event[];
  readonly comments: readonly Comment[];
}

const amountOf = (unit: Unit | undefined, amount: number | null | undefined): string =>
  unit === undefined || amount === null || amount === undefined ? '' : inUnit(unit, amount);

/** `programmes` gives the names and units. */
export function applicationColumns(programmes: ReadonlyMap<string, Programme>): Column<ApplicationSummary>[] {
  return [
    { title: 'id', of: ({ id }) => id },
    { title: 'kind', of: ({ kind }) => kind },
    { title: 'status', of: ({ status }) => status },
    { title: 'company', of: ({ companyId }) => companyId },
    { title: 'programme', of: ({ programmeId }) => programmes.get(programmeId)?.name ?? programmeId },
    { title: 'amount', of: ({ programmeId, amount }) => amountOf(programmes.get(programmeId)?.unit, amount), align: 'right' },
    { title: 'due', of: ({ dueAt }) => dueAt ?? '' },
  ];
}

export const attachmentColumns: Column<Attachment>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'kind', of: ({ kind }) => kind },
  { title: 'file', of: ({ fileName }) => fileName },
  { title: 'type', of: ({ mediaType }) => mediaType },
  { title: 'bytes', of: ({ sizeBytes }) => String(sizeBytes), align: 'right' },
];

export async function dossierOf(api: Api, id: string): Promise<Dossier & { readonly unit: Unit }> {
  const params = { path: { id } };
  const application = answerOf(await api.GET('/api/v1/applications/{id}', { params }));
  return {
    application,
    attachments: answerOf(await api.GET('/api/v1/applications/{id}/attachments', { params })).items,
    events: answerOf(await api.GET('/api/v1/applications/{id}/events', { params })).items,
    comments: answerOf(await api.GET('/api/v1/applications/{id}/comments', { params })).items,
    unit: await unitOf(api, application.programmeId),
  };
}

export function dossierFacts({ application, attachments, events, comments, unit }: Dossier & { readonly unit: Unit }): Fact[] {
  return known([
    ['id', application.id],
    ['kind', application.kind],
    ['status', application.status],
    ['company', application.companyId],
    ['programme', application.programmeId],
    ['grant', application.grantId],
    ['amount', amountOf(unit, application.amount)],
    ['valid from', application.validFrom],
    ['valid until', application.validUntil],
    ['purpose', application.purpose],
    ['plan', application.plan],
    ['contact', [application.contactName, application.contactPhone].filter((part) => part !== '').join(', ')],
    ['recommended', amountOf(unit, application.recommendation?.amount)],
    ['approved', amountOf(unit, application.approval?.amount)],
    ['next step due', application.dueAt],
    ...attachments.map(({ kind, fileName, id }) => [`paper ${kind}`, `${fileName} (${id})`] as const),
    ...events.map((event) => [event.at, [`${event.action} by ${event.actor.name}`, event.opinion].filter(Boolean).join(': ')] as const),
    ...comments.map(
      ({ at, actor, audience, body }) => [at, `${actor.name} says${audience === 'park' ? ' to the park' : ''}: ${body}`] as const,
    ),
  ]);
}
