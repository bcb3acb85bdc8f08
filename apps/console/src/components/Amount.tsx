import { GpuHours } from './GpuHours.tsx';
import { Money } from './Money.tsx';

interface AmountProps {
  readonly unit: 'CNY' | 'GPU_SECONDS';
  readonly amount: number | null | undefined;
  readonly onTrace?: (() => void) | undefined;
}

/** What a grant or programme counts: money of fen, or GPU-hours of GPU-seconds. */
export function Amount({ unit, amount, onTrace }: AmountProps) {
  return unit === 'CNY' ? <Money fen={amount} onTrace={onTrace} /> : <GpuHours gpuSeconds={amount} onTrace={onTrace} />;
}
