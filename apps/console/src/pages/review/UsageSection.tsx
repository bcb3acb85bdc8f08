import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { formatGpuHours, monthOf } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { PALETTE } from '../../app/tokens.ts';
import { Chart } from '../../components/chart/Chart.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './review.module.css';

const MONTHS = 4;

function monthsBefore(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 - count, 1)).toISOString().slice(0, 7);
}

/** What the company used by day and GPU class in the last months, and who paid for it. */
export function UsageSection({ companyId }: { readonly companyId: string }) {
  const { t } = useTranslation('review');
  const { timeZone } = useMe();
  const until = monthOf(useNow(), timeZone);
  const from = monthsBefore(until, MONTHS - 1);
  const usage = $api.useQuery('get', '/api/v1/usage', { params: { query: { company: companyId, from, until, resolution: 'day' } } });
  const option = useMemo(() => {
    const items = usage.data?.items ?? [];
    const days = [...new Set(items.map(({ period }) => period))].toSorted();
    const classes = [...new Set(items.map(({ gpuClass }) => gpuClass))].toSorted();
    const used = new Map(items.map(({ period, gpuClass, gpuSeconds }) => [`${period} ${gpuClass}`, gpuSeconds]));
    return {
      tooltip: { trigger: 'axis', valueFormatter: (hours: unknown) => `${Number(hours).toFixed(2)} ${t('usage.hours')}` },
      legend: {},
      xAxis: { type: 'category', data: days },
      yAxis: { type: 'value' },
      series: classes.map((gpuClass, index) => ({
        type: 'bar',
        stack: 'usage',
        name: gpuClass,
        color: PALETTE[index % PALETTE.length],
        data: days.map((day) => Math.round((used.get(`${day} ${gpuClass}`) ?? 0) / 36) / 100),
      })),
    };
  }, [usage.data, t]);
  const { totals, items } = usage.data ?? {};
  return (
    <Section title={t('usage.title', { months: MONTHS })}>
      {usage.error !== null && totals === undefined ? (
        <ErrorNotice error={usage.error} onRetry={() => void usage.refetch()} />
      ) : totals === undefined ? (
        <Loading />
      ) : items?.length === 0 ? (
        <Empty title={t('usage.none')} />
      ) : (
        <>
          <Figures>
            <Figure label={t('usage.gpuHours')} value={<GpuHours gpuSeconds={totals.gpuSeconds} bare />} />
            <Figure label={t('usage.listCost')} value={<Money fen={totals.listFen} />} />
            <Figure label={t('usage.subsidy')} value={<Money fen={totals.subsidyFen} />} />
            <Figure label={t('usage.selfPaid')} value={<Money fen={totals.selfPaidFen} />} />
          </Figures>
          <div className={styles['below']}>
            <Chart option={option} height={200} summary={t('usage.summary', { from, until, hours: formatGpuHours(totals.gpuSeconds) })} />
          </div>
        </>
      )}
    </Section>
  );
}
