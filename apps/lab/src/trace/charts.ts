import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { type EChartsCoreOption, init, setPlatformAPI, use } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import type { Sample } from './measures.ts';
import type { Compared } from './report.ts';
import { gpusOfNodes, type Workload } from './workload.ts';

const [WIDTH, HEIGHT, SHARPNESS] = [1_280, 760, 2];
/** Okabe and Ito's colours and grey: people who see colours differently can tell them apart. */
const COLOURS = ['#000000', '#e69f00', '#56b4e9', '#009e73', '#0072b2', '#d55e00', '#cc79a7', '#f0e442', '#999999'];
const FONT = 'Noto Sans SC';
/** Points of a line; more cannot be seen. */
const POINTS = 320;

use([LineChart, GridComponent, LegendComponent, TitleComponent, CanvasRenderer, SVGRenderer]);

/**
 * Draws utilisation and waiting jobs of the policies over time as `<workload>.svg` and `<workload>.png`.
 * @returns the paths of the two files
 */
export async function drawCharts(folder: string, workload: Workload, compared: readonly Compared[]): Promise<string[]> {
  const option = chartOption(workload, compared);
  await mkdir(folder, { recursive: true });
  const [svg, png] = [path.join(folder, `${workload.name}.svg`), path.join(folder, `${workload.name}.png`)];
  await writeFile(svg, svgOf(option));
  await writeFile(png, pngOf(option));
  return [svg, png];
}

function svgOf(option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** The same picture by Skia; no browser is needed. */
function pngOf(option: EChartsCoreOption): Buffer {
  GlobalFonts.registerFromPath(
    createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
    FONT,
  );
  setPlatformAPI({ createCanvas: () => createCanvas(1, 1) });
  const canvas = createCanvas(WIDTH * SHARPNESS, HEIGHT * SHARPNESS);
  const chart = init(canvas, null, {
    renderer: 'canvas',
    devicePixelRatio: SHARPNESS,
    width: WIDTH,
    height: HEIGHT,
  });
  try {
    chart.setOption(option);
    return canvas.toBuffer('image/png');
  } finally {
    chart.dispose();
  }
}

function chartOption({ origin, nodes, jobs }: Workload, compared: readonly Compared[]): EChartsCoreOption {
  const gpus = gpusOfNodes(nodes);
  const from = jobs[0]?.submittedAt ?? 0;
  const until = Math.max(...compared.map(({ measures }) => from + measures.makespan));
  const line = (panel: 0 | 1, of: (sample: Sample) => number) =>
    compared.map(({ name, measures }) => ({
      ...{ name, type: 'line', xAxisIndex: panel, yAxisIndex: panel, showSymbol: false, lineStyle: { width: 1.5 } },
      data: averages(measures.samples, from, until, of).map(({ at, value }) => [(at - from) / 3_600, value]),
    }));
  const hours = { type: 'value', min: 0, max: (until - from) / 3_600, axisLabel: { formatter: '{value} h' } };
  return {
    animation: false,
    backgroundColor: '#ffffff',
    color: COLOURS,
    textStyle: { fontFamily: FONT },
    title: [
      { text: `Utilisation of ${gpus} GPUs, in per cent`, subtext: origin, left: 60, top: 8, textStyle: { fontSize: 15 } },
      { text: 'Waiting jobs', left: 60, top: 392, textStyle: { fontSize: 15 } },
    ],
    legend: { bottom: 8, data: compared.map(({ name }) => name) },
    grid: [
      { left: 60, right: 40, top: 72, height: 280 },
      { left: 60, right: 40, top: 428, height: 240 },
    ],
    xAxis: [
      { ...hours, gridIndex: 0 },
      { ...hours, gridIndex: 1 },
    ],
    yAxis: [
      { type: 'value', gridIndex: 0, min: 0, max: 100 },
      { type: 'value', gridIndex: 1, min: 0 },
    ],
    series: [...line(0, ({ usedGpus }) => (100 * usedGpus) / gpus), ...line(1, ({ waitingJobs }) => waitingJobs)],
  };
}

/** The mean over time in each of `POINTS` equal parts of the time from `from` to `until`. */
function averages(
  samples: readonly Sample[],
  from: number,
  until: number,
  of: (sample: Sample) => number,
): { at: number; value: number }[] {
  const width = (until - from) / POINTS;
  const sums = new Array<number>(POINTS).fill(0);
  for (const [index, sample] of samples.entries()) {
    const end = samples[index + 1]?.at ?? until;
    for (let at = sample.at; at < end;) {
      const part = Math.min(POINTS - 1, Math.floor((at - from) / width));
      const next = part === POINTS - 1 ? end : Math.min(end, from + (part + 1) * width);
      sums[part] = (sums[part] ?? 0) + of(sample) * (next - at);
      if (next <= at) break;
      at = next;
    }
  }
  return sums.map((sum, part) => ({ at: from + (part + 0.5) * width, value: sum / width }));
}
