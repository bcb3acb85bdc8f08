import { Suspense } from 'react';
import { lazyPart } from '../../app/parts.ts';
import { Loading } from '../Loading.tsx';
import { WhenSeen } from '../WhenSeen.tsx';
import type { ChartProps } from './EChart.tsx';

const EChart = lazyPart(async () => (await import('./EChart.tsx')).EChart);

/** A chart; the library that draws it is downloaded with the first one that comes into view. Its `summary` says in words what it shows. */
export function Chart({ height = 240, ...props }: ChartProps) {
  return (
    <WhenSeen height={height}>
      <Suspense
        fallback={
          <div style={{ height }}>
            <Loading />
          </div>
        }
      >
        <EChart {...props} height={height} />
      </Suspense>
    </WhenSeen>
  );
}
