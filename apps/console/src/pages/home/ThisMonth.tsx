import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { formatGpuHours } from '../../app/format.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { Section } from '../../components/Section.tsx';
import { type SourceShare, SourceShares } from '../../components/SourceShares.tsx';
import styles from './home.module.css';

type Usage = components['schemas']['Usage'];

/** What the usage of the present month costs, and who pays for it. */
export function ThisMonth() {
  const { t } = useTranslation('home');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/usage', { params: { query: { resolution: 'month' } } });
  const shares = useShares(data);
  return (
    <Section title={data === undefined ? t('month.title') : t('month.titleOf', { month: data.until })}>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={6} />
      ) : data.totals.gpuSeconds === 0 && data.totals.listFen === 0 ? (
        <Empty title={t('month.none')} hint={t('month.noneHint')} />
      ) : (
        <div className={styles['stack']}>
          <Figures>
            <Figure
              label={t('month.listCost')}
              value={<Money fen={data.totals.listFen} />}
              hint={t('month.gpuHours', { hours: formatGpuHours(data.totals.gpuSeconds) })}
            />
            <Figure label={t('month.subsidy')} value={<Money fen={data.totals.subsidyFen} />} />
            <Figure label={t('month.selfPaid')} value={<Money fen={data.totals.selfPaidFen} />} />
          </Figures>
          <SourceShares shares={shares} label={t('month.whoPaid')} />
        </div>
      )}
    </Section>
  );
}

function useShares(usage: Usage | undefined): SourceShare[] {
  const { t } = useTranslation('home');
  return useMemo(() => {
    if (usage === undefined) return [];
    const { programmes, totals } = usage;
    const shares: SourceShare[] = programmes.map(({ programmeId, name, funder, listFen, paid, unit }) => ({
      key: programmeId,
      name: `${name} · ${funder}`,
      payer: { programmeId },
      listFen,
      paid: { unit, amount: paid },
    }));
    const own = { unit: 'CNY', amount: totals.selfPaidFen } as const;
    if (totals.selfPaidFen > 0) shares.push({ key: 'self', name: t('month.self'), payer: 'self-paid', listFen: own.amount, paid: own });
    const absorbed = { unit: 'CNY', amount: totals.absorbedFen } as const;
    if (totals.absorbedFen > 0) {
      shares.push({ key: 'park', name: t('month.writtenOff'), payer: 'written-off', listFen: absorbed.amount, paid: absorbed });
    }
    return shares;
  }, [usage, t]);
}
