import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { BurnDown, type BurnDownData } from '../../components/BurnDown.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import { usePayerColour } from '../../components/source-colours.ts';
import { GrantStatus } from '../../components/Statuses.tsx';
import styles from './home.module.css';

type Grant = components['schemas']['Balance']['grants'][number];

const SHOWN: readonly Grant['status'][] = ['active', 'frozen', 'used-up', 'not-yet-valid'];

/** What is left of each grant and of the wallet, day by day, side by side. */
export function BurnDowns({ companyId }: { readonly companyId: string }) {
  const { t } = useTranslation('home');
  const path = { id: companyId };
  const balance = $api.useQuery('get', '/api/v1/companies/{id}/balance', { params: { path } });
  const wallet = $api.useQuery('get', '/api/v1/companies/{id}/wallet/burn-down', { params: { path } });
  const colourOf = usePayerColour();
  const grants = balance.data?.grants.filter(({ status }) => SHOWN.includes(status)) ?? [];
  return (
    <Section title={t('burnDown.title')}>
      {balance.error !== null && balance.data === undefined ? (
        <ErrorNotice error={balance.error} onRetry={() => void balance.refetch()} />
      ) : balance.data === undefined ? (
        <Loading lines={6} />
      ) : (
        <>
          {grants.length === 0 && <Empty title={t('burnDown.noGrant')} hint={t('burnDown.noGrantHint')} />}
          <div className={styles['multiples']}>
            {grants.map((grant) => (
              <GrantBurnDown key={grant.id} grant={grant} />
            ))}
            <Multiple
              title={<Link to="/wallet">{t('runway.wallet')}</Link>}
              data={wallet.data}
              error={wallet.error}
              colour={colourOf('self-paid')}
            />
          </div>
        </>
      )}
    </Section>
  );
}

function GrantBurnDown({ grant }: { readonly grant: Grant }) {
  const { data, error } = $api.useQuery('get', '/api/v1/grants/{id}/burn-down', { params: { path: { id: grant.id } } });
  const colourOf = usePayerColour();
  return (
    <Multiple
      title={
        <>
          <Link to="/grants/$id" params={{ id: grant.id }} className="name" dir="auto" title={grant.name}>
            {grant.name}
          </Link>{' '}
          {grant.status !== 'active' && <GrantStatus status={grant.status} />}
        </>
      }
      data={data}
      error={error}
      colour={colourOf({ programmeId: grant.programmeId })}
    />
  );
}

interface MultipleProps {
  readonly title: ReactNode;
  readonly data: BurnDownData | undefined;
  readonly error: unknown;
  readonly colour: string;
}

function Multiple({ title, data, error, colour }: MultipleProps) {
  const { t } = useTranslation('home');
  const forecast = data?.forecast ?? null;
  return (
    <figure className={styles['multiple']}>
      <figcaption className={styles['multipleTitle']}>
        <strong>{title}</strong>
        <span className="soft">
          {forecast !== null &&
            (forecast.endsAt === null ? (
              t('burnDown.lasts')
            ) : (
              <>
                {t('burnDown.until')} <Instant at={forecast.endsAt} precision="day" />{' '}
                {forecast.ends !== null && t(`runway.ends.${forecast.ends}`)}
              </>
            ))}
        </span>
      </figcaption>
      {error === null || data !== undefined ? <BurnDown data={data} colour={colour} /> : <ErrorNotice error={error} />}
    </figure>
  );
}
