import { Suspense } from 'react';
import { lazyPart } from '../../app/parts.ts';
import { Loading } from '../Loading.tsx';
import type { ChartProps } from './EChart.tsx';

const EChart = lazyPart(async () => (await import('./EChart.tsx')).EChart);

/** A chart; the library that draws it is downloaded with the first one. Its `summary` says in words what it shows. */
export function Chart(props: ChartProps) {
  return (
    <Suspense
      fallback={
        <div style={{ height: props.height ?? 240 }}>
          <Loading />
        </div>
      }
    >
      <EChart {...props} />
    </Suspense>
  );
}
