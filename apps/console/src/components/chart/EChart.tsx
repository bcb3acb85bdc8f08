import { BarChart, CustomChart, HeatmapChart, LineChart } from 'echarts/charts';
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { type EChartsCoreOption, init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useThemeName } from '../../app/preferences.ts';
import { FONT, PALETTE, type ThemeName, TOKENS } from '../../app/tokens.ts';

register([
  LineChart,
  BarChart,
  HeatmapChart,
  CustomChart,
  GridComponent,
  TooltipComponent,
  LegendComponent,
  DataZoomComponent,
  MarkLineComponent,
  MarkAreaComponent,
  VisualMapComponent,
  AriaComponent,
  CanvasRenderer,
]);

export interface ChartProps {
  readonly option: EChartsCoreOption;
  /** What it shows, in a sentence, for those who do not see it. */
  readonly summary: string;
  readonly height?: number;
  /** Called with the data of the point, bar or cell that was clicked. */
  readonly onSelect?: ((event: { readonly name: string; readonly data: unknown; readonly seriesName?: string }) => void) | undefined;
}

export function EChart({ option, summary, height = 240, onSelect }: ChartProps) {
  const theme = useThemeName();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return undefined;
    const chart = init(box.current, themeOf(theme));
    chart.setOption({ animation: false, aria: { enabled: false }, ...option });
    if (onSelect !== undefined) chart.on('click', (event) => onSelect(event as never));
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [option, theme, onSelect]);
  return <div ref={box} role="img" aria-label={summary} style={{ height, width: '100%', contain: 'inline-size', overflow: 'hidden' }} />;
}

/** The look of all charts, from the same tokens as the pages. */
function themeOf(name: ThemeName): object {
  const { text, textSoft, line, lineSoft, raised } = TOKENS[name];
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: textSoft },
    splitLine: { lineStyle: { color: lineSoft } },
    nameTextStyle: { color: textSoft },
  };
  return {
    color: [...PALETTE],
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONT, color: text },
    grid: { left: 8, right: 16, top: 32, bottom: 8, containLabel: true },
    categoryAxis: axis,
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: axis,
    legend: { textStyle: { color: textSoft }, icon: 'roundRect', itemWidth: 10, itemHeight: 10, top: 0, left: 0 },
    tooltip: { backgroundColor: raised, borderColor: line, textStyle: { color: text, fontSize: 13 } },
    line: { symbol: 'none', lineStyle: { width: 2 } },
  };
}
