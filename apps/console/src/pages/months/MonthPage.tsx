import { useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMay, useMe } from '../../api/session.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { type Answer, AnswerModal } from '../decisions/AnswerModal.tsx';
import { ChecklistSection } from './ChecklistSection.tsx';
import { type Checklist, type ListedMonth, useMonths, useUsageByMonth } from './month-data.ts';
import { MonthFiles } from './MonthFiles.tsx';
import { MonthState } from './MonthState.tsx';
import { MonthStatements } from './MonthStatements.tsx';
import { InsteadOfReopening, RecordSection } from './RecordSection.tsx';
import { RequestClosing } from './RequestClosing.tsx';

/** A month: what its closing asks for, its statements and files, and the record of its closing. */
export function MonthPage() {
  const { t } = useTranslation('months');
  const { month } = useParams({ from: '/shell/months/$month' });
  const months = useMonths();
  const listed = months.data?.items.find((candidate) => candidate.month === month);
  const usage = useUsageByMonth(listed === undefined ? undefined : [listed])?.get(month);
  const isClosed = listed?.state === 'closed';
  const checklist = $api.useQuery(
    'get',
    '/api/v1/months/{month}/checklist',
    { params: { path: { month } } },
    { enabled: listed !== undefined && !isClosed },
  );
  if (months.data === undefined) return months.error === null ? <Loading lines={8} /> : <ErrorNotice error={months.error} />;
  if (listed === undefined) {
    return (
      <>
        <PageHeader title={month} />
        <Empty title={t('unknown.title', { month })} hint={t('unknown.hint')} />
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={t('monthTitle', { month })}
        beside={<MonthState state={listed.state} />}
        actions={<ClosingActions month={month} checklist={checklist.data} />}
      />
      <Section title={t('figures')}>
        <Figures>
          <Figure label={t('usage.gpuHours')} value={<GpuHours gpuSeconds={usage?.gpuSeconds ?? 0} bare />} />
          <Figure label={t('usage.listFen')} value={<Money fen={usage?.listFen ?? 0} />} />
          <Figure label={t('usage.subsidyFen')} value={<Money fen={usage?.subsidyFen ?? 0} />} />
          <Figure label={t('usage.selfPaidFen')} value={<Money fen={usage?.selfPaidFen ?? 0} />} />
          <Figure label={t('usage.absorbedFen')} value={<Money fen={usage?.absorbedFen ?? 0} />} />
        </Figures>
      </Section>
      {!isClosed && checklist.error !== null && <ErrorNotice error={checklist.error} onRetry={() => void checklist.refetch()} />}
      {!isClosed && checklist.error === null && <ChecklistSection month={month} checklist={checklist.data} />}
      {!isClosed && <WaitingClosing decision={listed.decision} />}
      <MonthFiles month={month} />
      <MonthStatements month={month} />
      {isClosed && <RecordSection month={month} />}
      {isClosed && <InsteadOfReopening />}
    </>
  );
}

/** Who requested the closing and why, until a second person answers. */
function WaitingClosing({ decision }: { readonly decision: ListedMonth['decision'] }) {
  const { t } = useTranslation('months');
  if (decision === undefined) return null;
  return (
    <Section title={t('waiting.title')}>
      <Facts
        facts={[
          { label: t('record.requestedBy'), value: decision.proposedBy.name },
          { label: t('waiting.at'), value: <Instant at={decision.proposedAt} /> },
          { label: t('waiting.until'), value: <Instant at={decision.expiresAt} /> },
          { label: t('request.reason'), value: decision.reason === '' ? '—' : decision.reason, wide: true },
        ]}
      />
    </Section>
  );
}

function ClosingActions({ month, checklist }: { readonly month: string; readonly checklist: Checklist | undefined }) {
  const { t } = useTranslation('months');
  const me = useMe();
  const mayClose = useMay('statement.close');
  const [shown, setShown] = useState<Answer | 'request'>();
  if (!mayClose || checklist === undefined) return null;
  const { decision } = checklist;
  const close = () => setShown(undefined);
  if (decision === undefined) {
    return (
      <>
        <Button type="primary" disabled={!checklist.ready} onClick={() => setShown('request')}>
          {t('request.open')}
        </Button>
        {shown === 'request' && <RequestClosing month={month} checklist={checklist} onClose={close} />}
      </>
    );
  }
  return (
    <>
      {decision.proposedBy.id === me.id ? (
        <Button onClick={() => setShown('withdraw')}>{t('waiting.withdraw')}</Button>
      ) : (
        <>
          <Button onClick={() => setShown('reject')}>{t('waiting.reject')}</Button>
          <Button type="primary" onClick={() => setShown('confirm')}>
            {t('waiting.confirm')}
          </Button>
        </>
      )}
      {shown !== undefined && shown !== 'request' && <AnswerModal decision={decision} answer={shown} onClose={close} />}
    </>
  );
}
