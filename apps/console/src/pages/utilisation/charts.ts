import type { EChartsCoreOption } from 'echarts/core';
import { SELF_PAID_COLOUR } from '../../app/tokens.ts';
import type { Point } from './history.ts';

/** The names of the series in the language of the page. */
export interface Names {
  readonly total: string;
  readonly ready: string;
  readonly allocated: string;
  readonly others: string;
  readonly queuedGpus: string;
  readonly queuedJobs: string;
  readonly longestWait: string;
}

interface StackedCompany {
  readonly companyName: string;
  readonly colour: string;
  /** Above 0: hatched, to tell it from a company with the same colour. */
  readonly texture: number;
  /** GPUs that it held, by the instant of the point. */
  readonly allocated: ReadonlyMap<string, number>;
}

/** By texture: oblique and level lines. */
const HATCHES = [
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: 0 },
] as const;

interface Shape {
  readonly points: readonly Point[];
  readonly names: Names;
  /** An instant as the axis shows it. */
  readonly label: (at: string) => string;
  /** Colours that no company has. */
  readonly lines: { readonly total: string; readonly ready: string };
}

const line = (name: string, data: readonly (number | null)[]) => ({ type: 'line' as const, name, data: [...data], symbol: 'none' });

function base({ points, label }: Shape): EChartsCoreOption {
  return {
    tooltip: { trigger: 'axis', confine: true },
    legend: { type: 'scroll' },
    xAxis: { type: 'category', data: points.map(({ at }) => label(at)), boundaryGap: false },
    yAxis: { type: 'value', minInterval: 1 },
  };
}

/** GPUs of a class: those of each company stacked, below the lines of all and of those that are ready. */
export function gpusChart(shape: Shape, companies: readonly StackedCompany[]): EChartsCoreOption {
  const { points, names } = shape;
  const area = { stack: 'allocated', areaStyle: { opacity: 0.75 }, lineStyle: { width: 0 } };
  const stacked = companies.map(({ companyName, colour, texture, allocated }) => ({
    ...line(
      companyName,
      points.map(({ at }) => allocated.get(at) ?? 0),
    ),
    ...area,
    itemStyle: { color: colour, ...(texture > 0 && { decal: HATCHES[texture - 1] }) },
  }));
  const rest = points.map(({ at, allocated }) =>
    round(allocated - companies.reduce((sum, company) => sum + (company.allocated.get(at) ?? 0), 0)),
  );
  const others = {
    ...line(companies.length === 0 ? names.allocated : names.others, rest),
    ...area,
    ...(companies.length > 0 && { itemStyle: { color: SELF_PAID_COLOUR } }),
  };
  const hasOthers = companies.length === 0 || rest.some((gpus) => gpus > 0);
  const park = points.some(({ gpus }) => gpus !== null)
    ? [
        {
          ...line(
            names.total,
            points.map(({ gpus }) => gpus),
          ),
          lineStyle: { type: 'dashed' as const },
          itemStyle: { color: shape.lines.total },
        },
        {
          ...line(
            names.ready,
            points.map(({ ready }) => ready),
          ),
          itemStyle: { color: shape.lines.ready },
        },
      ]
    : [];
  return { ...base(shape), series: [...stacked, ...(hasOthers ? [others] : []), ...park] };
}

/** Jobs and GPUs in the queue. */
export function queueChart(shape: Shape): EChartsCoreOption {
  const { points, names } = shape;
  return {
    ...base(shape),
    series: [
      {
        ...line(
          names.queuedGpus,
          points.map(({ queuedGpus }) => queuedGpus),
        ),
        areaStyle: { opacity: 0.2 },
      },
      line(
        names.queuedJobs,
        points.map(({ queuedJobs }) => queuedJobs),
      ),
    ],
  };
}

/** The longest wait, in hours. */
export function waitChart(shape: Shape): EChartsCoreOption {
  const { points, names } = shape;
  return {
    ...base(shape),
    yAxis: { type: 'value' },
    series: [
      line(
        names.longestWait,
        points.map(({ longestWaitSeconds }) => round(longestWaitSeconds / 3_600)),
      ),
    ],
  };
}

function round(value: number): number {
  return Math.max(0, Math.round(value * 100) / 100);
}
