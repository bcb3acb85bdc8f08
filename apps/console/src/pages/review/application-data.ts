import { keepPreviousData } from '@tanstack/react-query';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';

type Schemas = components['schemas'];
export type Application = Schemas['Application'];
export type Company = Schemas['Company'];
export type Programme = Schemas['Programme'];
export type Grant = Schemas['Grant'];
export type Attachment = Schemas['Attachment'];
export type ApplicationEvent = Schemas['ApplicationEvents']['items'][number];

const LISTED = 100;

/** What a decision about an application needs besides it. Each part is shown as soon as it is there. */
export interface Evidence {
  readonly company: Company | undefined;
  readonly programme: Programme | undefined;
  readonly grants: readonly Grant[] | undefined;
  readonly grant: Schemas['GrantSheet'] | undefined;
  readonly applications: readonly Schemas['ApplicationSummary'][] | undefined;
  readonly attachments: readonly Attachment[] | undefined;
  readonly events: readonly ApplicationEvent[] | undefined;
  readonly members: readonly Schemas['Member'][] | undefined;
  readonly caps: Schemas['Quota']['caps'] | undefined;
}

export function useEvidence({ id, companyId, programmeId, grantId }: Application): Evidence {
  const keep = { placeholderData: keepPreviousData };
  const company = $api.useQuery('get', '/api/v1/companies/{id}', { params: { path: { id: companyId } } });
  const programme = $api.useQuery('get', '/api/v1/programmes/{id}', { params: { path: { id: programmeId } } });
  const grants = $api.useQuery('get', '/api/v1/grants', { params: { query: { company: companyId, limit: LISTED } } });
  const grant = $api.useQuery('get', '/api/v1/grants/{id}', { params: { path: { id: grantId ?? '' } } }, { enabled: grantId !== null });
  const applications = $api.useQuery('get', '/api/v1/applications', { params: { query: { company: companyId, limit: LISTED } } });
  const attachments = $api.useQuery('get', '/api/v1/applications/{id}/attachments', { params: { path: { id } } }, keep);
  const events = $api.useQuery('get', '/api/v1/applications/{id}/events', { params: { path: { id } } });
  const members = $api.useQuery('get', '/api/v1/companies/{id}/members', { params: { path: { id: companyId } } });
  const quota = $api.useQuery('get', '/api/v1/companies/{id}/quota', { params: { path: { id: companyId } } });
  return {
    company: company.data,
    programme: programme.data,
    grants: grants.data?.items,
    grant: grant.data,
    applications: applications.data?.items,
    attachments: attachments.data?.items,
    events: events.data?.items,
    members: members.data?.items,
    caps: quota.data?.caps,
  };
}
