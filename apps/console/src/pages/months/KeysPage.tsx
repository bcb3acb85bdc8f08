import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { download } from '../../app/downloads.ts';
import { Command } from '../../components/Command.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Digest } from '../../components/Digest.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';

type Key = components['schemas']['PublishedKeys']['keys'][number];

/** The public keys with which the park signs closed months, and how anybody verifies a document with them. */
export function KeysPage() {
  const { t } = useTranslation('months');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/keys');
  const columns = useMemo(
    (): Column<Key>[] => [
      {
        key: 'keyId',
        title: t('keys.id'),
        width: 320,
        always: true,
        render: ({ keyId }) => <Digest digest={keyId} whole />,
        value: ({ keyId }) => keyId,
      },
      {
        key: 'algorithm',
        title: t('keys.algorithm'),
        width: 100,
        render: ({ algorithm }) => algorithm,
        value: ({ algorithm }) => algorithm,
      },
      {
        key: 'publicKey',
        title: t('keys.publicKey'),
        width: 180,
        render: ({ publicKey }) => <Digest digest={publicKey} />,
        value: ({ publicKey }) => publicKey,
      },
      {
        key: 'validFrom',
        title: t('keys.validFrom'),
        width: 150,
        render: ({ validFrom }) => <Instant at={validFrom} />,
        value: ({ validFrom }) => validFrom,
      },
      {
        key: 'retiredAt',
        title: t('keys.retiredAt'),
        width: 150,
        render: ({ retiredAt }) => (retiredAt === null ? t('keys.inUse') : <Instant at={retiredAt} />),
        value: ({ retiredAt }) => retiredAt,
      },
    ],
    [t],
  );
  return (
    <>
      <PageHeader
        title={t('keys.title')}
        description={t('keys.description')}
        actions={
          <Button icon={<DownloadOutlined />} onClick={() => void download('/api/v1/keys', 'keys.json')}>
            {t('keys.download')}
          </Button>
        }
      />
      <Section title={t('keys.list')} flush>
        <DataTable
          name={t('keys.title')}
          columns={columns}
          rows={data?.keys}
          rowKey={({ keyId }) => keyId}
          error={error}
          onRetry={() => void refetch()}
          empty={<Empty title={t('keys.empty')} />}
        />
      </Section>
      <Section title={t('record.verify')}>
        <p className="soft">{t('keys.verify')}</p>
        <p style={{ marginTop: 8 }}>
          <Command>mss statement verify 2026-10.zip --keys keys.json</Command>
        </p>
      </Section>
    </>
  );
}
