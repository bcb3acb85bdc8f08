import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { useSearch } from '@tanstack/react-router';
import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import { useMe } from '../../api/session.ts';
import { monthOf } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { useViewState } from '../../components/data-table/view-state.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { Differences } from './Differences.tsx';
import { JobSides } from './JobSides.tsx';
import { NightlyRuns } from './NightlyRuns.tsx';

/** The four totals of a period, where they differ and why, and what each night found. */
export function ReconciliationPage() {
  const { t } = useTranslation('reconciliation');
  const { timeZone } = useMe();
  const present = monthOf(useNow(), timeZone);
  const search = useSearch({ from: '/shell/reconciliation' });
  const [, change] = useViewState();
  const companies = useCompanies();
  const period =
    search.from !== undefined && search.to !== undefined ? { from: search.from, to: search.to } : { month: search.month ?? present };
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/reconciliation', {
    params: { query: { ...period, jobs: 'true', ...(search.company !== undefined && { company: search.company }) } },
  });
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        beside={
          data !== undefined &&
          (data.agrees ? (
            <StateTag tone="success" icon={<CheckCircleOutlined />}>
              {t('agrees')}
            </StateTag>
          ) : (
            <StateTag tone="danger" icon={<WarningOutlined />}>
              {t('differs', { n: data.differenceCount })}
            </StateTag>
          ))
        }
        actions={
          <>
            <DatePicker
              picker="month"
              aria-label={t('month')}
              allowClear={false}
              value={'month' in period ? dayjs(period.month, 'YYYY-MM') : null}
              placeholder={t('month')}
              onChange={(day: dayjs.Dayjs | null) => change({ month: day?.format('YYYY-MM'), from: undefined, to: undefined })}
            />
            <DatePicker.RangePicker
              aria-label={t('days')}
              value={'from' in period ? [dayjs(period.from), dayjs(period.to)] : null}
              onChange={(days) => change({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD'), month: undefined })}
            />
            <Select
              aria-label={t('company')}
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              style={{ width: 180 }}
              placeholder={t('allCompanies')}
              value={search.company}
              options={[...(companies?.values() ?? [])].map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(value: string | undefined) => change({ company: value })}
            />
          </>
        }
      />
      {data === undefined ? (
        error === null ? (
          <Loading lines={8} />
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <>
          <Section title={t('totals')}>
            <Figures>
              <Figure label={t('side.cluster')} value={<GpuHours gpuSeconds={data.clusterGpuSeconds} bare />} hint={t('hint.cluster')} />
              <Figure label={t('side.metered')} value={<GpuHours gpuSeconds={data.meteredGpuSeconds} bare />} hint={t('hint.metered')} />
              <Figure label={t('side.ledger')} value={<GpuHours gpuSeconds={data.ledgerGpuSeconds} bare />} hint={t('hint.ledger')} />
              <Figure
                label={t('side.statement')}
                value={<GpuHours gpuSeconds={data.statementGpuSeconds} bare />}
                hint={t('hint.statement')}
              />
            </Figures>
            <p className="soft" style={{ marginTop: 16 }}>
              {t('between')} {t('side.refunded')} <GpuHours gpuSeconds={data.refundedGpuSeconds} /> · {t('side.late')}{' '}
              <GpuHours gpuSeconds={data.lateGpuSeconds} /> · {t('compared', { n: data.comparedJobs })}
            </p>
          </Section>
          <Differences reconciliation={data} />
          <JobSides jobs={data.jobs ?? []} />
        </>
      )}
      <NightlyRuns />
    </>
  );
}
