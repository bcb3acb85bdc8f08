import { DownloadOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { download } from '../../app/downloads.ts';
import { Command } from '../../components/Command.tsx';
import { Digest } from '../../components/Digest.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';

/** The signed record of a closed month: who closed it, its digest, the record before it and the head of the audit trail. */
export function RecordSection({ month }: { readonly month: string }) {
  const { t } = useTranslation('months');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/months/{month}/record', { params: { path: { month } } });
  return (
    <Section
      title={t('record.title')}
      actions={
        data !== undefined && (
          <Button
            size="small"
            icon={<DownloadOutlined />}
            onClick={() => void download(`/api/v1/months/${month}/record`, `${month}-record.json`)}
          >
            {t('record.download')}
          </Button>
        )
      }
    >
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Facts
          facts={[
            { label: t('record.requestedBy'), value: data.record.requestedBy?.name ?? t('record.automatic') },
            { label: t('record.closedBy'), value: data.record.closedBy.name },
            { label: t('column.closedAt'), value: <Instant at={data.record.closedAt} precision="second" /> },
            {
              label: t('record.documents'),
              value: t('record.counts', { statements: data.record.statements.length, settlements: data.record.settlements.length }),
            },
            { label: t('record.digest'), value: <Digest digest={data.digest} whole />, wide: true },
            {
              label: t('record.previous'),
              value:
                data.record.previous === null ? (
                  t('record.first')
                ) : (
                  <>
                    <Link className="in-text" to="/months/$month" params={{ month: data.record.previous.month }}>
                      {data.record.previous.month}
                    </Link>{' '}
                    <Digest digest={data.record.previous.digest} whole />
                  </>
                ),
              wide: true,
            },
            {
              label: t('record.auditHead', { seq: data.record.auditHead.seq }),
              value: <Digest digest={data.record.auditHead.hash} whole />,
              wide: true,
            },
            {
              label: t('record.key'),
              value:
                data.signature === undefined ? (
                  t('record.unsigned')
                ) : (
                  <>
                    <Digest digest={data.signature.keyId} whole />{' '}
                    <Link className="in-text" to="/keys">
                      {t('record.keys')}
                    </Link>
                  </>
                ),
              wide: true,
            },
            { label: t('record.verify'), value: <Command>{`mss statement verify ${month}.zip --keys keys.json`}</Command>, wide: true },
          ]}
        />
      )}
    </Section>
  );
}

/** What to do instead of opening a closed month again. */
export function InsteadOfReopening() {
  const { t } = useTranslation('months');
  return (
    <Section title={t('instead.title')}>
      <p>{t('instead.hint')}</p>
      <ul style={{ listStyle: 'disc', paddingInlineStart: 20, marginTop: 8 }}>
        <li>{t('instead.incident')}</li>
        <li>
          {t('instead.transfer')}{' '}
          <Link className="in-text" to="/transfers">
            {t('instead.toTransfers')}
          </Link>
        </li>
        <li>{t('instead.clawBack')}</li>
      </ul>
    </Section>
  );
}
