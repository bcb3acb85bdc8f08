import { ArrowRightOutlined, ClockCircleOutlined, ExclamationCircleOutlined, LockOutlined, RollbackOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { formatDay } from '../../app/format.ts';
import { useMe } from '../../api/session.ts';
import { useNow } from '../../app/now.ts';
import { Amount } from '../../components/Amount.tsx';
import { Money } from '../../components/Money.tsx';
import { Section } from '../../components/Section.tsx';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import styles from './home.module.css';

const DAY_MS = 86_400_000;
/** A grant that ends within so many days is named while something is left of it. */
const LAPSE_DAYS = 30;
const FUNDS_DAYS = 14;
const LISTED = 100;

interface Matter {
  readonly key: string;
  readonly tone: Tone;
  readonly icon: ReactNode;
  readonly kind: ReactNode;
  readonly text: ReactNode;
  readonly action: ReactNode;
}

/** What somebody of the company should look at now; nothing where there is nothing. */
export function Attention({ companyId }: { readonly companyId: string }) {
  const { t } = useTranslation('home');
  const matters = useMatters(companyId);
  if (matters.length === 0) return null;
  return (
    <Section title={t('attention.title')} flush>
      <ul className={`lines ${styles['matters']}`}>
        {matters.map(({ key, tone, icon, kind, text, action }) => (
          <li key={key}>
            <StateTag tone={tone} icon={icon}>
              {kind}
            </StateTag>
            <span className={styles['matter']}>{text}</span>
            {action}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function useMatters(companyId: string): Matter[] {
  const { t } = useTranslation('home');
  const { timeZone } = useMe();
  const now = useNow();
  const path = { id: companyId };
  const mayApply = useMay('application.read');
  const applications = $api.useQuery('get', '/api/v1/applications', { params: { query: { status: 'returned' } } }, { enabled: mayApply });
  const balance = $api.useQuery('get', '/api/v1/companies/{id}/balance', { params: { path } });
  const runway = $api.useQuery('get', '/api/v1/companies/{id}/runway', { params: { path } });
  const transfers = $api.useQuery('get', '/api/v1/companies/{id}/transfers', { params: { path, query: { limit: LISTED } } });
  const matters: Matter[] = [];
  for (const { id, purpose } of applications.data?.items ?? []) {
    matters.push({
      key: id,
      ...{ tone: 'warning', icon: <RollbackOutlined />, kind: t('attention.returned') },
      text: <span dir="auto">{purpose}</span>,
      action: (
        <Link to="/applications/$id" params={{ id }}>
          {t('attention.change')} <ArrowRightOutlined aria-hidden="true" />
        </Link>
      ),
    });
  }
  const daysLeft = runway.data?.daysLeft ?? null;
  if (daysLeft !== null && daysLeft <= FUNDS_DAYS) {
    matters.push({
      key: 'funds',
      ...{ tone: 'danger', icon: <ExclamationCircleOutlined />, kind: t('attention.funds') },
      text: t('attention.fundsText', { days: daysLeft }),
      action: (
        <Link to="/wallet">
          {t('attention.payIn')} <ArrowRightOutlined aria-hidden="true" />
        </Link>
      ),
    });
  }
  for (const { id, name, status, unit, available, validUntil } of balance.data?.grants ?? []) {
    const open = (
      <Link to="/grants/$id" params={{ id }}>
        {t('attention.look')} <ArrowRightOutlined aria-hidden="true" />
      </Link>
    );
    if (status === 'frozen') {
      matters.push({
        key: id,
        ...{ tone: 'danger', icon: <LockOutlined />, kind: t('attention.frozen') },
        text: t('attention.frozenText', { name }),
        action: open,
      });
    } else if (status === 'active' && available > 0 && Date.parse(validUntil) - now < LAPSE_DAYS * DAY_MS) {
      matters.push({
        key: id,
        ...{ tone: 'warning', icon: <ClockCircleOutlined />, kind: t('attention.lapses') },
        text: (
          <>
            {t('attention.lapsesText', { name, day: formatDay(validUntil, timeZone) })} <Amount unit={unit} amount={available} />
          </>
        ),
        action: open,
      });
    }
  }
  const pending = transfers.data?.items.filter(({ state, direction }) => state === 'pending' && direction === 'in') ?? [];
  for (const { id, amountFen, reference } of pending) {
    matters.push({
      key: id,
      ...{ tone: 'accent', icon: <ClockCircleOutlined />, kind: t('attention.transfer') },
      text: (
        <>
          <Money fen={amountFen} /> <span dir="auto">{reference}</span>
        </>
      ),
      action: (
        <Link to="/wallet">
          {t('attention.look')} <ArrowRightOutlined aria-hidden="true" />
        </Link>
      ),
    });
  }
  return matters;
}
