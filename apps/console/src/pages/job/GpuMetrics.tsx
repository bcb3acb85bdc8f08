import type { EChartsCoreOption } from 'echarts/core';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { formatInstant } from '../../app/format.ts';
import { Chart } from '../../components/chart/Chart.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { hasEnded, type Job } from './job.ts';

type Metrics = components['schemas']['JobMetrics'];
type Measure = 'utilisation' | 'memoryMib';

const READ_AGAIN_MS = 30_000;
const HEIGHT = 200;

/** What the GPUs of the present attempt do, by replica. */
export function GpuMetrics({ job }: { readonly job: Job }) {
  const { t } = useTranslation('job');
  const options = { refetchInterval: hasEnded(job) ? (false as const) : READ_AGAIN_MS };
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/jobs/{id}/metrics', { params: { path: { id: job.id } } }, options);
  return (
    <Section title={t('metrics.title')}>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={4} />
      ) : !data.configured ? (
        <Empty title={t('metrics.off')} hint={t('metrics.offHint')} />
      ) : data.replicas.length === 0 ? (
        <Empty title={t('metrics.none')} hint={t('metrics.noneHint')} />
      ) : (
        <Charts metrics={data} />
      )}
    </Section>
  );
}

function Charts({ metrics }: { readonly metrics: Metrics }) {
  const { t } = useTranslation('job');
  const { timeZone } = useMe();
  const label = (at: string): string => formatInstant(at, timeZone, { seconds: false });
  const name = (replica: number): string => t('metrics.replica', { replica });
  const measured = metrics.replicas.flatMap(({ points }) => points.flatMap(({ utilisation }) => utilisation ?? []));
  const last = metrics.replicas.flatMap(({ points }) => points.at(-1)?.utilisation ?? []);
  const summary = t('metrics.summary', { percent: percentOf(last), mean: percentOf(measured) });
  return (
    <>
      <p>{summary}</p>
      <Chart option={optionOf(metrics, 'utilisation', t('metrics.utilisation'), '%', name, label)} summary={summary} height={HEIGHT} />
      <Chart
        option={optionOf(metrics, 'memoryMib', t('metrics.memory'), 'MiB', name, label)}
        summary={t('metrics.memory')}
        height={HEIGHT}
      />
      {metrics.partial && <p className="soft">{t('metrics.partial', { replicas: metrics.replicas.length })}</p>}
    </>
  );
}

function optionOf(
  { replicas }: Metrics,
  measure: Measure,
  title: string,
  unit: string,
  name: (replica: number) => string,
  label: (at: string) => string,
): EChartsCoreOption {
  const instants = [...new Set(replicas.flatMap(({ points }) => points.map(({ at }) => at)))].sort();
  return {
    tooltip: { trigger: 'axis', confine: true },
    legend: { type: 'scroll' },
    xAxis: { type: 'category', data: instants.map(label), boundaryGap: false },
    yAxis: { type: 'value', name: `${title} (${unit})`, min: 0, ...(measure === 'utilisation' && { max: 100 }) },
    series: replicas.map(({ replica, points }) => {
      const values = new Map(points.map((point) => [point.at, point[measure]]));
      return { type: 'line', symbol: 'none', name: name(replica), data: instants.map((at) => values.get(at) ?? null) };
    }),
  };
}

function percentOf(values: readonly number[]): string {
  return values.length === 0 ? '—' : `${Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)}%`;
}
