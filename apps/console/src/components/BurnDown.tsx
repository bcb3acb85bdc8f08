import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { useMe } from '../api/session.ts';
import { formatDay, formatFen, formatGpuHours } from '../app/format.ts';
import { Chart } from './chart/Chart.tsx';
import { Loading } from './Loading.tsx';

export type BurnDownData = components['schemas']['BurnDown'];
type Unit = BurnDownData['unit'];

interface BurnDownProps {
  /** Undefined until it is read. */
  readonly data: BurnDownData | undefined;
  readonly colour: string;
  readonly height?: number;
}

/** How many days of a forecast without an end are shown. */
const OPEN_FORECAST_DAYS = 90;

/** What was left of a grant or wallet day by day, and what will be left at the rate of today (dashed). */
export function BurnDown({ data, colour, height = 180 }: BurnDownProps) {
  const { t } = useTranslation();
  const { timeZone } = useMe();
  const option = useMemo(
    () => data && optionOf(data, colour, { past: t('burnDown.past'), forecast: t('burnDown.forecast') }),
    [data, colour, t],
  );
  if (data === undefined || option === undefined) {
    return (
      <div style={{ height }}>
        <Loading lines={4} />
      </div>
    );
  }
  const last = data.points.at(-1);
  const left = amountText(data.unit, last === undefined ? 0 : last.available + last.held);
  const endsAt = data.forecast?.endsAt ?? null;
  const summary =
    endsAt === null ? t('burnDown.summary', { left }) : t('burnDown.summaryWithEnd', { left, day: formatDay(endsAt, timeZone) });
  return <Chart option={option} summary={summary} height={height} />;
}

function optionOf(
  { unit, points, forecast }: BurnDownData,
  colour: string,
  names: { readonly past: string; readonly forecast: string },
): EChartsCoreOption {
  // In yuan or GPU-hours, so that the axis has round numbers of them.
  const scale = unit === 'CNY' ? 100 : 3_600;
  const past = points.map(({ day, available, held }) => [day, (available + held) / scale]);
  const ahead = (forecast?.endsAt === null ? forecast.line.slice(0, OPEN_FORECAST_DAYS) : forecast?.line) ?? [];
  const last = past.at(-1);
  const line = {
    type: 'line',
    showSymbol: false,
    color: colour,
    tooltip: { valueFormatter: (value: number) => amountText(unit, value * scale) },
  };
  return {
    grid: { left: 4, right: 12, top: 28, bottom: 4, containLabel: true },
    legend: { data: [names.past, names.forecast] },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'time', splitNumber: 3, axisLabel: { hideOverlap: true } },
    yAxis: { type: 'value', min: 0, splitNumber: 3, axisLabel: { formatter: (value: number) => shortText(unit, value) } },
    series: [
      { ...line, name: names.past, data: past, areaStyle: { opacity: 0.12 }, lineStyle: { width: 2 } },
      {
        ...line,
        name: names.forecast,
        data: last === undefined ? [] : [last, ...ahead.map(({ day, left }) => [day, left / scale])],
        lineStyle: { type: 'dashed', width: 2 },
      },
    ],
  };
}

function amountText(unit: Unit, amount: number): string {
  return unit === 'CNY' ? formatFen(Math.round(amount)) : formatGpuHours(Math.round(amount));
}

/** Whole yuan or GPU-hours of `amount` in them, for an axis. */
function shortText(unit: Unit, amount: number): string {
  const whole = Math.round(amount).toLocaleString('en-US');
  return unit === 'CNY' ? `¥${whole}` : whole;
}
