import { CheckCircleOutlined, ClockCircleOutlined, StopOutlined } from '@ant-design/icons';
import { App, Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import styles from './companies.module.css';

interface OfCompany {
  readonly companyId: string;
}

/** The most GPUs of each class that the company may have at once. */
export function Limits({ companyId }: OfCompany) {
  const { t } = useTranslation('companies');
  const mayManage = useMay('grant.manage');
  const quota = $api.useQuery('get', '/api/v1/companies/{id}/quota', { params: { path: { id: companyId } } });
  const classes = $api.useQuery('get', '/api/v1/gpu-classes', {});
  const error = quota.error ?? classes.error;
  return (
    <Section title={t('limits.title')} flush>
      {quota.data === undefined || classes.data === undefined ? (
        error === null ? (
          <Loading lines={3} />
        ) : (
          <ErrorNotice error={error} onRetry={() => void Promise.all([quota.refetch(), classes.refetch()])} />
        )
      ) : classes.data.items.length === 0 ? (
        <Empty title={t('limits.noClasses')} />
      ) : (
        <ul className={`lines ${styles['rows']} ${styles['limits']}`}>
          {classes.data.items.map(({ code, name }) => {
            const limit = quota.data.concurrency.find(({ gpuClass }) => gpuClass === code)?.maxGpus ?? undefined;
            return (
              <li key={code}>
                <strong>{name}</strong>
                <span className="mono">{code}</span>
                {mayManage ? (
                  <LimitInput key={limit ?? 'none'} companyId={companyId} gpuClass={code} name={name} limit={limit} />
                ) : (
                  <span className="tabular">{limit ?? t('limits.none')}</span>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

interface LimitInputProps extends OfCompany {
  readonly gpuClass: string;
  readonly name: string;
  readonly limit: number | undefined;
}

/** A limit that is saved with a button; empty lifts it. */
function LimitInput({ companyId, gpuClass, name, limit }: LimitInputProps) {
  const { t } = useTranslation('companies');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [typed, setTyped] = useState<number | null>(limit ?? null);
  const { mutate, error, isPending } = $api.useMutation('put', '/api/v1/companies/{id}/concurrency-limits/{gpuClass}', {
    onSuccess: () => {
      void message.success(t('saved'));
      void outdate('/api/v1/companies');
    },
  });
  return (
    <span className={styles['limit']}>
      <InputNumber
        min={0}
        precision={0}
        value={typed}
        onChange={setTyped}
        placeholder={t('limits.none')}
        aria-label={t('limits.of', { name })}
        suffix="GPU"
        {...(error !== null && { status: 'error' as const })}
      />
      {typed !== (limit ?? null) && (
        <Button loading={isPending} onClick={() => mutate({ params: { path: { id: companyId, gpuClass } }, body: { maxGpus: typed } })}>
          {t('save')}
        </Button>
      )}
      {error !== null && <ErrorNotice error={error} />}
    </span>
  );
}

const SPACE_STATES = {
  none: { tone: 'warning', icon: <ClockCircleOutlined /> },
  present: { tone: 'success', icon: <CheckCircleOutlined /> },
  removed: { tone: 'neutral', icon: <StopOutlined /> },
} as const;

/** The company's namespace in the cluster, and what the controller repaired in it. */
export function Space({ companyId }: OfCompany) {
  const { t } = useTranslation('companies');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}/space', { params: { path: { id: companyId } } });
  return (
    <Section title={t('space.title')}>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={2} />
      ) : (
        <Facts
          facts={[
            { label: t('space.state'), value: <StateTag {...SPACE_STATES[data.state]}>{t(`space.states.${data.state}`)}</StateTag> },
            { label: t('space.namespace'), value: <span className="mono">{data.namespace}</span> },
            { label: t('space.recordedAt'), value: <Instant at={data.recordedAt} /> },
            {
              label: t('space.repairs'),
              wide: true,
              value:
                data.repairs.length === 0 ? (
                  t('space.noRepairs')
                ) : (
                  <ul>
                    {data.repairs.map(({ at, object, changedBy, differences }) => (
                      <li key={`${at} ${object}`}>
                        <Instant at={at} /> <span className="mono">{object}</span>{' '}
                        <span className="soft">{differences.map(({ field }) => field).join(', ')}</span> {changedBy}
                      </li>
                    ))}
                  </ul>
                ),
            },
          ]}
        />
      )}
    </Section>
  );
}
