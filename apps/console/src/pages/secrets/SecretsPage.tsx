import { PlusOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { useMay } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { OfCompany } from '../../components/OfCompany.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { DeleteSecret } from './DeleteSecret.tsx';
import { SecretDrawer } from './SecretDrawer.tsx';

export type Secret = components['schemas']['SecretSummary'];

/** Secrets of the company: what they hold and when they were used, never a value. */
export function SecretsPage() {
  return <OfCompany>{() => <Secrets />}</OfCompany>;
}

function Secrets() {
  const { t } = useTranslation('secrets');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const mayWrite = useMay('secret.write');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/secrets', {});
  const [writing, setWriting] = useState<Secret | 'new'>();
  const [deleting, setDeleting] = useState<Secret>();
  const columns = useMemo<Column<Secret>[]>(
    () => [
      {
        key: 'name',
        title: t('name'),
        always: true,
        width: 170,
        render: ({ name }) => <span className="name">{name}</span>,
        value: ({ name }) => name,
      },
      { key: 'kind', title: t('kind'), width: 120, render: ({ kind }) => t(`kinds.${kind}`), value: ({ kind }) => kind },
      {
        key: 'holds',
        title: t('holds'),
        width: 240,
        render: ({ keys }) => (
          <span className="name mono" title={keys.join('\n')}>
            {keys.join(', ')}
          </span>
        ),
        value: ({ keys }) => keys.join(', '),
      },
      {
        key: 'changed',
        title: t('changed'),
        width: 160,
        render: ({ changedAt }) => <Instant at={changedAt} />,
        value: ({ changedAt }) => changedAt,
      },
      {
        key: 'used',
        title: t('lastUsed'),
        width: 160,
        render: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="soft">{t('never')}</span> : <Instant at={lastUsedAt} />),
        value: ({ lastUsedAt }) => lastUsedAt ?? '',
      },
      ...(mayWrite
        ? [
            {
              key: 'actions',
              title: t('actions'),
              width: 170,
              render: (secret: Secret) => (
                <>
                  <Button type="link" size="small" aria-label={t('replaceNamed', { name: secret.name })} onClick={() => setWriting(secret)}>
                    {t('replace')}
                  </Button>
                  <Button
                    type="link"
                    size="small"
                    danger
                    aria-label={t('deleteNamed', { name: secret.name })}
                    onClick={() => setDeleting(secret)}
                  >
                    {t('delete')}
                  </Button>
                </>
              ),
            },
          ]
        : []),
    ],
    [t, mayWrite],
  );
  const done = async (text: string): Promise<void> => {
    setWriting(undefined);
    setDeleting(undefined);
    void message.success(text);
    await outdate('/api/v1/secrets');
  };
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('about')}
        actions={
          mayWrite && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setWriting('new')}>
              {t('create')}
            </Button>
          )
        }
      />
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={columns}
          rows={data?.items}
          rowKey={({ id }) => id}
          error={error}
          onRetry={() => void refetch()}
          empty={<Empty title={t('empty')} hint={t('emptyHint')} />}
        />
      </Section>
      {writing !== undefined && (
        <SecretDrawer
          {...(writing !== 'new' && { secret: writing })}
          onClose={() => setWriting(undefined)}
          onDone={(name) => void done(t(writing === 'new' ? 'created' : 'replaced', { name }))}
        />
      )}
      {deleting !== undefined && (
        <DeleteSecret
          secret={deleting}
          onClose={() => setDeleting(undefined)}
          onDone={() => void done(t('deleted', { name: deleting.name }))}
        />
      )}
    </>
  );
}
