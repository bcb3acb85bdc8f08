import { DownloadOutlined, FilterOutlined } from '@ant-design/icons';
import { useSearch } from '@tanstack/react-router';
import { App, Button, Dropdown, Input, Select, Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api, api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useMe } from '../../api/session.ts';
import { endOfDay, startOfDay } from '../../app/format.ts';
import { saveFile } from '../../app/save-file.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { DayInput } from '../../components/DayInput.tsx';
import { Difference } from '../../components/Difference.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { Chain } from './Chain.tsx';
import type { AuditSearch } from './routes.ts';
import styles from './audit.module.css';

type AuditEvent = components['schemas']['AuditEvent'];

const PAGE = 100;
const OBJECTS = [
  ...(['application', 'company', 'decision', 'gpu-class', 'grant', 'incident', 'invitation', 'job', 'member', 'month'] as const),
  ...(['personal-token', 'programme', 'project', 'session', 'user', 'wallet'] as const),
] as const;

/** The days of the search as instants, and the names of the API's filters. */
function filterOf({ action, actor, objectType, object, company, from, until }: AuditSearch, timeZone: string) {
  return {
    ...(action !== undefined && { action }),
    ...(actor !== undefined && { actorId: actor }),
    ...(objectType !== undefined && { objectType }),
    ...(object !== undefined && { objectId: object }),
    ...(company !== undefined && { tenantId: company }),
    ...(from !== undefined && { from: startOfDay(from, timeZone) }),
    ...(until !== undefined && { until: endOfDay(until, timeZone) }),
  };
}

/** Who did what to what, and when; each event with what it changed. */
export function AuditPage() {
  const { t } = useTranslation('audit');
  const search = useSearch({ from: '/shell/audit' });
  const { timeZone } = useMe();
  const filter = filterOf(search, timeZone);
  const events = useListed(
    $api.useInfiniteQuery('get', '/api/v1/audit/events', { params: { query: { ...filter, order: 'latest', limit: PAGE } } }, PAGES),
  );
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t('title')} actions={<ExportButton filter={filter} />} />
      <Chain />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          {...events}
          rowKey={({ id }) => id}
          empty={<Empty title={t('empty')} hint={t('emptyHint')} />}
          expanded={(event) => <Details event={event} />}
          filters={<Filters search={search} event={events.rows?.find(({ actor }) => actor.id === search.actor)} />}
        />
      </Section>
    </>
  );
}

function Filters({ search, event }: { readonly search: AuditSearch; readonly event: AuditEvent | undefined }) {
  const { t } = useTranslation('audit');
  const [, change] = useViewState();
  const companies = useCompanies();
  return (
    <>
      <Select
        allowClear
        aria-label={t('filter.objectType')}
        placeholder={t('filter.objectType')}
        value={search.objectType}
        options={OBJECTS.map((value) => ({ value, label: t(`object.${value}`) }))}
        onChange={(objectType?: string) => change({ objectType })}
        style={{ width: 130 }}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('filter.company')}
        placeholder={t('filter.company')}
        value={search.company}
        options={[...(companies?.values() ?? [])].map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(company?: string) => change({ company })}
        style={{ width: 160 }}
      />
      <Input.Search
        allowClear
        aria-label={t('filter.action')}
        placeholder={t('filter.action')}
        defaultValue={search.action}
        key={search.action}
        onSearch={(action) => change({ action: action === '' ? undefined : action })}
        style={{ width: 180 }}
      />
      <span className={styles['days']}>
        <DayInput aria-label={t('filter.from')} placeholder={t('filter.from')} value={search.from} onChange={(from) => change({ from })} />
        –
        <DayInput
          aria-label={t('filter.until')}
          placeholder={t('filter.until')}
          value={search.until}
          onChange={(until) => change({ until })}
        />
      </span>
      {search.actor !== undefined && (
        <Tag closable onClose={() => change({ actor: undefined })}>
          {t('filter.actor', { name: event?.actor.name ?? search.actor })}
        </Tag>
      )}
      {search.object !== undefined && (
        <Tag closable onClose={() => change({ object: undefined })}>
          {t('filter.object', { id: search.object.slice(-8) })}
        </Tag>
      )}
    </>
  );
}

function ExportButton({ filter }: { readonly filter: ReturnType<typeof filterOf> }) {
  const { t } = useTranslation('audit');
  const { modal, message } = App.useApp();
  const save = async (format: 'csv' | 'jsonl'): Promise<void> => {
    const close = message.loading(t('export.running'), 0);
    try {
      const { data, error } = await api.GET('/api/v1/audit/export', { params: { query: { ...filter, format } }, parseAs: 'blob' });
      if (data === undefined) modal.error({ title: t('export.failed'), content: <ErrorNotice error={error} /> });
      else saveFile(`audit.${format}`, data);
    } catch (error) {
      modal.error({ title: t('export.failed'), content: <ErrorNotice error={error} /> });
    } finally {
      close();
    }
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'csv', label: 'CSV' },
          { key: 'jsonl', label: t('export.jsonl') },
        ],
        onClick: ({ key }) => void save(key === 'csv' ? 'csv' : 'jsonl'),
      }}
    >
      <Button icon={<DownloadOutlined />}>{t('export.title')}</Button>
    </Dropdown>
  );
}

function Details({ event }: { readonly event: AuditEvent }) {
  const { t } = useTranslation('audit');
  return (
    <div className={styles['details']}>
      <Difference before={event.before} after={event.after} />
      <Facts
        facts={[
          { label: t('detail.seq'), value: <span className="tabular">{event.seq}</span> },
          { label: t('detail.address'), value: event.actor.address ?? '—' },
          { label: t('detail.object'), value: <span className="mono">{event.objectId}</span> },
          { label: t('detail.hash'), value: <span className="mono">{event.hash}</span>, wide: true },
        ]}
      />
    </div>
  );
}

function useColumns(): Column<AuditEvent>[] {
  const { t, i18n } = useTranslation('audit');
  const [, change] = useViewState();
  const companies = useCompanies();
  return useMemo(() => {
    // The events of all modules; one without a text is shown by its code.
    const actionOf = ({ action }: AuditEvent): string =>
      i18n.exists(`audit:action.${action}`) ? t(`action.${action}` as 'action.company.registered') : action;
    const objectOf = ({ objectType }: AuditEvent): string => {
      const known = OBJECTS.find((type) => type === objectType);
      return known === undefined ? objectType : t(`object.${known}`);
    };
    const companyOf = ({ tenantId }: AuditEvent) => (tenantId === null ? undefined : (companies?.get(tenantId)?.name ?? tenantId));
    const only = (label: string, part: Record<string, string>) => (
      <Button type="text" size="small" icon={<FilterOutlined />} aria-label={label} title={label} onClick={() => change(part)} />
    );
    return [
      {
        key: 'at',
        title: t('column.at'),
        width: 160,
        always: true,
        render: ({ at }) => <Instant at={at} precision="second" />,
        value: ({ at }) => at,
      },
      {
        key: 'actor',
        title: t('column.actor'),
        width: 150,
        render: ({ actor }) => (
          <>
            <span className="name" dir="auto" title={actor.name}>
              {actor.kind === 'system' ? t('system') : actor.name}
            </span>
            {only(t('only.actor', { name: actor.name }), { actor: actor.id })}
          </>
        ),
        value: ({ actor }) => actor.name,
      },
      {
        key: 'action',
        title: t('column.action'),
        width: 170,
        render: (event) => (
          <>
            <span title={event.action}>{actionOf(event)}</span>
            {only(t('only.action', { name: actionOf(event) }), { action: event.action })}
          </>
        ),
        value: ({ action }) => action,
      },
      {
        key: 'object',
        title: t('column.object'),
        width: 230,
        render: (event) => (
          <>
            {objectOf(event)} <ShortId id={event.objectId} />
            {only(t('only.object'), { objectType: event.objectType, object: event.objectId })}
          </>
        ),
        value: ({ objectId }) => objectId,
      },
      {
        key: 'company',
        title: t('column.company'),
        width: 140,
        render: (event) => (
          <span className="name" dir="auto" title={companyOf(event)}>
            {companyOf(event) ?? '—'}
          </span>
        ),
        value: companyOf,
      },
      {
        key: 'reason',
        title: t('column.reason'),
        width: 180,
        optional: true,
        render: ({ reason }) => (
          <span className="name" dir="auto" title={reason ?? undefined}>
            {reason ?? '—'}
          </span>
        ),
        value: ({ reason }) => reason,
      },
      {
        key: 'seq',
        title: t('detail.seq'),
        width: 90,
        align: 'right',
        optional: true,
        render: ({ seq }) => <span className="tabular">{seq}</span>,
        value: ({ seq }) => seq,
      },
    ];
  }, [t, i18n, companies, change]);
}
