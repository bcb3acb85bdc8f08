import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { formatFen } from '../../app/format.ts';
import { Amount } from '../../components/Amount.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure } from '../../components/Figure.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { Section } from '../../components/Section.tsx';
import { SmallTable } from '../../components/SmallTable.tsx';
import styles from './home.module.css';

type Runway = components['schemas']['Runway'];
type Source = Runway['sources'][number];

/** How long the grants and the wallet last at today's rate, and why. */
export function Runway({ companyId }: { readonly companyId: string }) {
  const { t } = useTranslation('home');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}/runway', { params: { path: { id: companyId } } });
  return (
    <Section title={t('runway.title')}>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={6} />
      ) : data.consumption.length === 0 ? (
        <Empty title={t('runway.none')} hint={t('runway.noneHint')} />
      ) : (
        <div className={styles['stack']}>
          <Figure
            big
            label={t('runway.label')}
            value={data.daysLeft === null ? t('runway.beyond', { days: data.horizonDays }) : t('runway.days', { days: data.daysLeft })}
            hint={
              data.endsAt === null ? (
                t('runway.noEnd')
              ) : (
                <>
                  {t('runway.endsAt')} <Instant at={data.endsAt} />
                </>
              )
            }
          />
          <Consumption runway={data} />
          <Sources sources={data.sources} />
        </div>
      )}
    </Section>
  );
}

function Consumption({ runway }: { readonly runway: Runway }) {
  const { t } = useTranslation('home');
  return (
    <SmallTable label={t('runway.rate')}>
      <caption>
        {t('runway.rate')}{' '}
        <span className="soft">
          {t('runway.rateFrom')} <Instant at={runway.rateFrom} precision="day" />
        </span>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('runway.class')}</th>
          <th scope="col">{t('runway.hoursPerDay')}</th>
          <th scope="col">{t('runway.price')}</th>
          <th scope="col">{t('runway.costPerDay')}</th>
        </tr>
      </thead>
      <tbody>
        {runway.consumption.map(({ gpuClass, gpuSecondsPerDay, fenPerGpuHour }) => (
          <tr key={gpuClass}>
            <th scope="row">{gpuClass}</th>
            <td>
              <GpuHours gpuSeconds={gpuSecondsPerDay} bare />
            </td>
            <td>{t('runway.perHour', { price: formatFen(fenPerGpuHour) })}</td>
            <td>
              <Money fen={Math.round((gpuSecondsPerDay * fenPerGpuHour) / 3_600)} />
            </td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

function Sources({ sources }: { readonly sources: readonly Source[] }) {
  const { t } = useTranslation('home');
  return (
    <SmallTable label={t('runway.sources')}>
      <caption>
        {t('runway.sources')} <span className="soft">{t('runway.order')}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('runway.source')}</th>
          <th scope="col">{t('runway.left')}</th>
          <th scope="col">{t('runway.perDay')}</th>
          <th scope="col">{t('runway.until')}</th>
        </tr>
      </thead>
      <tbody>
        {sources.map((source, place) => (
          <tr key={source.source}>
            <th scope="row">
              <span className="soft">{place + 1}.</span>{' '}
              <span className="name" dir="auto" title={source.name}>
                {source.source === 'wallet' ? t('runway.wallet') : source.name}
              </span>
            </th>
            <td>
              <Amount unit={source.unit} amount={source.left} />
            </td>
            <td>
              <Amount unit={source.unit} amount={source.perDay} />
            </td>
            <td className={styles['end']}>{source.endsAt === null ? t('runway.lasts') : <End source={source} />}</td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

function End({ source: { endsAt, ends, unit, lapses } }: { readonly source: Source }) {
  const { t } = useTranslation('home');
  return (
    <>
      <Instant at={endsAt} precision="day" /> {ends !== null && t(`runway.ends.${ends}`)}
      {lapses > 0 && (
        <div className="soft">
          {t('runway.lapses')} <Amount unit={unit} amount={lapses} />
        </div>
      )}
    </>
  );
}
