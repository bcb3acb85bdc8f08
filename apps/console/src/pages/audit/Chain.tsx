import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { formatCount } from '../../app/format.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { StateTag } from '../../components/StateTag.tsx';

/** Checks that no event of the trail was changed, removed or added: each one's hash covers the one before. */
export function Chain() {
  const { t } = useTranslation('audit');
  const [asked, setAsked] = useState(false);
  const { data, error, isFetching, refetch } = $api.useQuery(
    'get',
    '/api/v1/audit/verification',
    {},
    { enabled: asked, staleTime: Infinity },
  );
  return (
    <Section
      title={t('chain.title')}
      actions={
        <Button loading={isFetching} onClick={() => (asked ? void refetch() : setAsked(true))}>
          {t(asked ? 'chain.again' : 'chain.verify')}
        </Button>
      }
    >
      {error !== null ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data !== undefined ? (
        <Facts
          facts={[
            {
              label: t('chain.result'),
              value: data.intact ? (
                <StateTag tone="success" icon={<CheckCircleOutlined />}>
                  {t('chain.intact')}
                </StateTag>
              ) : (
                <StateTag tone="danger" icon={<CloseCircleOutlined />}>
                  {t('chain.broken', { number: data.faults.length })}
                </StateTag>
              ),
            },
            { label: t('chain.events'), value: <span className="tabular">{formatCount(data.events)}</span> },
            { label: t('chain.head'), value: <span className="mono">{data.head}</span>, wide: true },
            ...data.faults.map(({ eventId, seq, fault }) => ({ label: `${seq ?? ''} ${eventId}`, value: fault, wide: true })),
          ]}
        />
      ) : asked ? (
        <Loading lines={1} />
      ) : (
        <p className="soft">{t('chain.about')}</p>
      )}
    </Section>
  );
}
