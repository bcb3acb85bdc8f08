import { lazy, Suspense } from 'react';
import { Loading } from '../Loading.tsx';
import type { ChartProps } from './EChart.tsx';

const EChart = lazy(() => import('./EChart.tsx'));

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
