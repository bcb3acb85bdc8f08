import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import type { SourceShare } from '../SourceShares.tsx';

/** A share as the API answers it. */
export interface PaidShare {
  /** `grant:<id>`, `wallet` or `absorbed`. */
  readonly source: string;
  readonly name: string;
  readonly unit: 'CNY' | 'GPU_SECONDS';
  readonly gpuSeconds: number;
  readonly paid: number;
  readonly listFen: number;
  /** What is held of the source for it, in `unit`. */
  readonly held?: number | undefined;
}

/** The name of a source for people: the wallet and what the park writes off have no name of their own. */
export function useSourceName(): (name: string) => string {
  const { t } = useTranslation('provenance');
  return useCallback((name) => (name === 'wallet' ? t('wallet') : name === 'absorbed' ? t('writtenOff') : name), [t]);
}

/** Shares as `SourceShares` shows them: each with its name and its payer. */
export function useSourceShares(): (shares: readonly PaidShare[]) => SourceShare[] {
  const nameOf = useSourceName();
  // An operator sees who pays by its name only.
  const enabled = useMay('grant.read');
  const grants = $api.useQuery('get', '/api/v1/grants', { params: { query: { limit: 200 } } }, { enabled, staleTime: 60_000 });
  const programmes = useMemo(() => new Map(grants.data?.items.map(({ id, programmeId }) => [`grant:${id}`, programmeId])), [grants.data]);
  return useCallback(
    (shares) =>
      shares.map(({ source, name, unit, gpuSeconds, paid, listFen, held }) => {
        const programmeId = programmes.get(source);
        return {
          key: source,
          name: nameOf(name),
          payer: source === 'absorbed' ? 'written-off' : programmeId === undefined ? 'self-paid' : { programmeId },
          ...{ listFen, gpuSeconds, held, paid: { unit, amount: paid } },
        };
      }),
    [nameOf, programmes],
  );
}

const SECONDS_PER_HOUR = 3_600n;

/** The list cost in fen of GPU-seconds, rounded half-up (rule U5). */
export function listCostOf(gpuSeconds: number, fenPerGpuHour: number): number {
  return Number((2n * BigInt(gpuSeconds) * BigInt(fenPerGpuHour) + SECONDS_PER_HOUR) / (2n * SECONDS_PER_HOUR));
}
