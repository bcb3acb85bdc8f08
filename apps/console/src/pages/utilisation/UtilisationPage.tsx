import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import { formatBasisPoints, formatDuration, formatInstant } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { useThemeName } from '../../app/preferences.ts';
import { type ThemeName, TOKENS } from '../../app/tokens.ts';
import { Chart } from '../../components/chart/Chart.tsx';
import { type CompanyLook, useCompanyLook } from '../../components/company-colours.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { gpusChart, type Names, queueChart, waitChart } from './charts.ts';
import { type Point, useCompanySeries, useHistory, type Wanted, wantedOf } from './history.ts';
import { PERIODS, type UtilisationSearch } from './search.ts';

/** How the GPUs were used and how long jobs waited: of the park, or a company's own share. */
export function UtilisationPage() {
  const { t } = useTranslation('utilisation');
  const { period = 'week', ago = 0, gpuClass } = useSearch({ from: '/shell/utilisation' });
  const now = useNow();
  const navigate = useNavigate();
  const forPark = useMe().companyId === undefined;
  const change = (part: Partial<UtilisationSearch> | { ago: undefined }): void => {
    void navigate({ to: '/utilisation', search: (before) => ({ ...before, ...part }), replace: true });
  };
  const wanted = wantedOf(period, ago, now);
  const { data, error, refetch } = useHistory(wanted);
  const classes = [...new Set(data?.points.map((point) => point.gpuClass))].toSorted();
  const shown = gpuClass ?? busiest(data?.points ?? []) ?? classes[0];
  const points = data?.points.filter((point) => point.gpuClass === shown) ?? [];
  return (
    <>
      <PageHeader
        title={t('title')}
        description={
          <>
            {forPark ? t('ofPark') : t('ofCompany')} <Instant at={wanted.from} /> – <Instant at={wanted.until} />
          </>
        }
        actions={
          <>
            <Segmented
              aria-label={t('period.label')}
              value={period}
              options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
              onChange={(value) => change({ period: value, ago: undefined })}
            />
            <Button icon={<LeftOutlined />} aria-label={t('earlier')} title={t('earlier')} onClick={() => change({ ago: ago + 1 })} />
            <Button
              icon={<RightOutlined />}
              aria-label={t('later')}
              title={t('later')}
              disabled={ago === 0}
              onClick={() => change({ ago: ago > 1 ? ago - 1 : undefined })}
            />
          </>
        }
      />
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading lines={8} />
      ) : shown === undefined || points.length === 0 ? (
        <Empty title={t('empty')} hint={t('emptyHint')} />
      ) : (
        <>
          {classes.length > 1 && (
            <div style={{ marginBottom: 16 }}>
              <Segmented
                aria-label={t('gpuClass')}
                value={shown}
                options={classes.map((value) => ({ value, label: value }))}
                onChange={(value) => change({ gpuClass: value })}
              />
            </div>
          )}
          <ClassHistory points={points} gpuClass={shown} wanted={wanted} />
        </>
      )}
    </>
  );
}

/** The class of which most was allocated and asked for. */
function busiest(points: readonly Point[]): string | undefined {
  const sums = new Map<string, number>();
  for (const { gpuClass, allocated, queuedGpus } of points) sums.set(gpuClass, (sums.get(gpuClass) ?? 0) + allocated + queuedGpus);
  return [...sums].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

interface ClassHistoryProps {
  readonly points: readonly Point[];
  readonly gpuClass: string;
  readonly wanted: Wanted;
}

function ClassHistory({ points, gpuClass, wanted }: ClassHistoryProps) {
  const { t } = useTranslation('utilisation');
  const { timeZone } = useMe();
  const theme = useThemeName();
  const { data } = useHistory(wanted);
  const lookOf = useCompanyLook();
  const series = useCompanySeries(data, wanted, gpuClass);
  const names: Names = {
    total: t('column.gpus'),
    ready: t('column.ready'),
    allocated: t('column.allocated'),
    others: t('others'),
    queuedGpus: t('column.queuedGpus'),
    queuedJobs: t('column.queuedJobs'),
    longestWait: t('waitHours'),
  };
  // A text, so that the charts are drawn anew only where what they show has changed.
  const plot = JSON.stringify({
    ...{ points, names, timeZone, byDay: wanted.resolution === 'day', theme },
    companies: series.map(({ companyId, companyName, allocated }) => ({
      ...{ companyName, ...lookOf(companyId), allocated: [...allocated] },
    })),
  } satisfies Plot);
  const charts = useMemo(() => chartsOf(plot), [plot]);
  const mean = (value: (point: Point) => number): number => points.reduce((sum, point) => sum + value(point), 0) / points.length;
  const allocated = mean((point) => point.allocated);
  const ready = mean((point) => point.ready ?? 0);
  const longest = points.reduce((most, { longestWaitSeconds }) => Math.max(most, longestWaitSeconds), 0);
  const figures = {
    allocated: shortNumber(allocated),
    share: ready === 0 ? '—' : formatBasisPoints(Math.round((allocated / ready) * 1_000) * 10),
    queued: shortNumber(mean((point) => point.queuedGpus)),
    longest: formatDuration(longest),
  };
  return (
    <>
      <Section title={t('figures', { gpuClass })}>
        <Figures>
          {ready > 0 && <Figure label={t('figure.share')} value={figures.share} hint={t('figure.shareHint')} />}
          <Figure label={t('figure.allocated')} value={figures.allocated} />
          <Figure label={t('figure.queued')} value={figures.queued} />
          <Figure label={t('figure.longest')} value={figures.longest} />
        </Figures>
      </Section>
      <Section title={t('chart.gpus')}>
        <Chart option={charts[0]} height={300} summary={t('summary.gpus', { gpuClass, ...figures })} />
      </Section>
      <Section title={t('chart.queue')}>
        <Chart option={charts[1]} summary={t('summary.queue', { gpuClass, ...figures })} />
      </Section>
      <Section title={t('chart.wait')}>
        <Chart option={charts[2]} summary={t('summary.wait', { gpuClass, ...figures })} />
      </Section>
      <Section title={t('table')} flush>
        <DataTable
          name={`${t('title')} ${gpuClass}`}
          columns={useColumns(points.some(({ gpus }) => gpus !== null))}
          rows={points}
          rowKey={({ at }) => at}
          empty={<Empty title={t('empty')} />}
        />
      </Section>
    </>
  );
}

/** All that the charts show. */
interface Plot {
  readonly points: readonly Point[];
  readonly names: Names;
  readonly timeZone: string;
  readonly byDay: boolean;
  readonly theme: ThemeName;
  readonly companies: readonly (CompanyLook & { readonly companyName: string; readonly allocated: [string, number][] })[];
}

function chartsOf(plot: string) {
  const { points, names, timeZone, byDay, theme, companies } = JSON.parse(plot) as Plot;
  const { text, textSoft } = TOKENS[theme];
  const shape = {
    points,
    names,
    lines: { total: textSoft, ready: text },
    label: (at: string) => formatInstant(at, timeZone).slice(5, byDay ? 10 : 16),
  };
  const stacked = companies.map((company) => ({ ...company, allocated: new Map(company.allocated) }));
  return [gpusChart(shape, stacked), queueChart(shape), waitChart(shape)] as const;
}

/** A mean, with at most one decimal. */
function shortNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function useColumns(ofPark: boolean): Column<Point>[] {
  const { t } = useTranslation('utilisation');
  return useMemo(() => {
    const number = (key: keyof Omit<Point, 'at' | 'gpuClass'>, optional = false): Column<Point> => ({
      key,
      title: t(`column.${key}`),
      width: 130,
      align: 'right',
      optional,
      render: (point) => <span className="tabular">{point[key] === null ? '—' : shortNumber(point[key])}</span>,
      value: (point) => point[key],
    });
    return [
      { key: 'at', title: t('column.at'), always: true, width: 160, render: ({ at }) => <Instant at={at} />, value: ({ at }) => at },
      ...(ofPark ? [number('gpus'), number('ready')] : []),
      number('allocated'),
      number('queuedJobs'),
      number('queuedGpus'),
      {
        ...number('longestWaitSeconds'),
        width: 144,
        render: ({ longestWaitSeconds }) => <span className="tabular">{formatDuration(longestWaitSeconds)}</span>,
      },
      ...(ofPark ? [number('mostAllocated', true), number('mostQueuedGpus', true)] : []),
    ];
  }, [t, ofPark]);
}
