import { Alert, Button, Form, Input, type InputRef } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { type Ref, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf, faultProps, isProblem } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { endOfDay, formatDay, lastDayBefore } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import { Amount } from '../../components/Amount.tsx';
import { AmountInput } from '../../components/AmountInput.tsx';
import { DayInput } from '../../components/DayInput.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Section } from '../../components/Section.tsx';
import type { Application, Programme } from './application-data.ts';
import { Changes } from './Changes.tsx';
import { promises } from './eligibility.ts';
import styles from './review.module.css';
import { useKeys } from './use-keys.ts';
import { type DecisionVerdict, isPositive, isRefusal, type ReviewVerdict, type Verdict, Verdicts, verdictsOf } from './Verdicts.tsx';

interface DecisionPanelProps {
  readonly application: Application;
  readonly programme: Programme;
  readonly step: 'review' | 'decide';
  /** False once somebody else has taken the step. */
  readonly awaited: boolean;
  /** Called when the person chooses a verdict or writes an opinion. */
  readonly onBegin: () => void;
  /** Called after the decision was recorded. */
  readonly onDone: (status: Application['status']) => void;
}

/**
 * The person's opinion and decision. Where somebody else acted meanwhile, it shows what changed and keeps what was typed.
 * A parent gives it the application's id as `key`.
 */
export function DecisionPanel({ application, programme, step, awaited, onBegin, onDone }: DecisionPanelProps) {
  const { t } = useTranslation('review');
  const { timeZone } = useMe();
  const outdate = useOutdate();
  const earlier = application.endorsement ?? application.recommendation ?? application;
  const [verdict, setVerdict] = useState<Verdict>();
  const [opinion, setOpinion] = useState('');
  const [amount, setAmount] = useState<number | undefined>(earlier.amount ?? undefined);
  const [lastDay, setLastDay] = useState(lastDayOf(earlier.validUntil, timeZone));
  const [missing, setMissing] = useState<'opinion' | 'amount'>();
  /** The application that the person has seen. */
  const [based, setBased] = useState(application);
  const field = useRef<TextAreaRef>(null);
  const first = useRef<InputRef>(null);
  const settled = async (): Promise<void> =>
    await outdate('/api/v1/applications', '/api/v1/grants', '/api/v1/programmes', '/api/v1/companies');
  const options = {
    onSuccess: (after: Application) => {
      onDone(after.status);
      void settled();
    },
    onError: (error: unknown) => {
      if (isProblem(error) && (error.status === 412 || error.status === 409)) void settled();
    },
  };
  const review = $api.useMutation('post', '/api/v1/applications/{id}/review', options);
  const decide = $api.useMutation('post', '/api/v1/applications/{id}/decision', options);
  const { error, isPending, isSuccess } = step === 'review' ? review : decide;
  const begun = verdict !== undefined || opinion !== '';
  const begin = useCallback(() => {
    if (begun) return;
    // Whatever was decided while the page was open is the proposal now.
    setBased(application);
    setAmount(earlier.amount ?? undefined);
    setLastDay(lastDayOf(earlier.validUntil, timeZone));
    onBegin();
  }, [begun, application, earlier, timeZone, onBegin]);
  const positive = isPositive(verdict);
  const verdicts = verdictsOf(step, [application]);
  const hasAmount = application.amount !== null;
  const hasPeriod = application.validUntil !== null;

  const send = useCallback(() => {
    if (verdict === undefined || isPending || !awaited) return;
    if (!positive && opinion.trim() === '') {
      setMissing('opinion');
      field.current?.focus();
      return;
    }
    if (positive && hasAmount && amount === undefined) {
      setMissing('amount');
      first.current?.focus();
      return;
    }
    setMissing(undefined);
    setBased(application);
    const terms = positive
      ? {
          ...(hasAmount && amount !== undefined && { amount }),
          ...(hasPeriod && lastDay !== undefined && { validUntil: untilOf(lastDay, application, earlier.validUntil, timeZone) }),
        }
      : {};
    const params = { path: { id: application.id }, header: { 'If-Match': `"${application.version}"` } };
    if (step === 'review') review.mutate({ params, body: { verdict: verdict as ReviewVerdict, opinion, ...terms } });
    else decide.mutate({ params, body: { verdict: verdict as DecisionVerdict, opinion, ...terms } });
  }, [
    awaited,
    verdict,
    isPending,
    positive,
    opinion,
    hasAmount,
    amount,
    application,
    hasPeriod,
    lastDay,
    earlier.validUntil,
    timeZone,
    step,
    review,
    decide,
  ]);

  const choose = useCallback(
    (chosen: Verdict) => {
      begin();
      setVerdict(chosen);
      setMissing(undefined);
    },
    [begin],
  );
  useEffect(() => {
    if (verdict !== undefined) field.current?.focus();
  }, [verdict]);
  useKeys(Object.fromEntries(verdicts.map((one, index) => [String(index + 1), () => choose(one)])));

  const conflict = isProblem(error) && (error.status === 412 || error.code === 'application.status');
  const changed = conflict || (begun && !isPending && !isSuccess && application.version !== based.version);
  return (
    <Section title={t(step === 'review' ? 'decide.review' : application.status === 'endorsed' ? 'decide.second' : 'decide.final')}>
      <Form layout="vertical" onFinish={send} disabled={isPending} className={styles['panel'] ?? ''}>
        <Verdicts verdicts={verdicts} chosen={verdict} onChoose={choose} keys />
        {positive && hasAmount && (
          <AmountItem
            ref={first}
            application={application}
            programme={programme}
            amount={amount}
            onChange={setAmount}
            missing={missing === 'amount'}
            error={error}
          />
        )}
        {positive && hasPeriod && <LastDayItem application={application} day={lastDay} onChange={setLastDay} error={error} />}
        <Form.Item
          label={positive || verdict === undefined ? t('decide.opinion') : t('decide.reason')}
          htmlFor="decide-opinion"
          validateStatus={missing === 'opinion' || faultOf(error, '/opinion') !== undefined ? 'error' : ''}
          help={missing === 'opinion' ? t('decide.reasonMissing') : faultOf(error, '/opinion')}
        >
          <Input.TextArea
            id="decide-opinion"
            ref={field}
            autoSize={{ minRows: 3, maxRows: 12 }}
            maxLength={4_000}
            value={opinion}
            onChange={({ target }) => {
              begin();
              setOpinion(target.value);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
            }}
          />
        </Form.Item>
        {step === 'decide' && positive && needsSecond(application, programme, amount) && (
          <Alert type="info" showIcon title={t('decide.secondFollows')} />
        )}
        {changed && <Changes before={based} after={application} unit={programme.unit} />}
        {error !== null && !conflict && <ErrorNotice error={error} kept={t('kept')} />}
        <Button
          type="primary"
          htmlType="submit"
          block
          disabled={verdict === undefined || !awaited}
          loading={isPending}
          danger={isRefusal(verdict)}
        >
          {verdict === undefined ? t('decide.choose') : t('decide.submit', { verdict: t(`decide.${verdict}`) })}
        </Button>
        <p className={`soft ${styles['hint']}`}>{t('decide.keys')}</p>
      </Form>
    </Section>
  );
}

interface AmountItemProps {
  readonly ref: Ref<InputRef>;
  readonly application: Application;
  readonly programme: Programme;
  readonly amount: number | undefined;
  readonly onChange: (amount: number | undefined) => void;
  readonly missing: boolean;
  readonly error: unknown;
}

/** How much is recommended or approved, beside what was asked for and what the budget has. */
function AmountItem({ ref, application, programme, amount, onChange, missing, error }: AmountItemProps) {
  const { t } = useTranslation('review');
  const over = amount !== undefined && programme.unpromised !== undefined && promises(application) && amount > programme.unpromised;
  return (
    <Form.Item
      label={t('decide.amount')}
      htmlFor="decide-amount"
      validateStatus={missing || faultOf(error, '/amount') !== undefined ? 'error' : over ? 'warning' : ''}
      help={missing ? t('decide.amountMissing') : (faultOf(error, '/amount') ?? (over ? t('decide.overBudget') : undefined))}
      extra={
        <>
          {t('decide.asked')} <Amount unit={programme.unit} amount={application.amount} />
        </>
      }
    >
      <AmountInput id="decide-amount" ref={ref} unit={programme.unit} value={amount} onChange={onChange} />
    </Form.Item>
  );
}

interface LastDayItemProps {
  readonly application: Application;
  readonly day: string | undefined;
  readonly onChange: (day: string | undefined) => void;
  readonly error: unknown;
}

/** Until when, at most as long as was asked for. */
function LastDayItem({ application, day, onChange, error }: LastDayItemProps) {
  const { t } = useTranslation('review');
  const { timeZone } = useMe();
  const today = formatDay(useNow(), timeZone);
  return (
    <Form.Item label={t('decide.lastDay')} htmlFor="decide-last-day" {...faultProps(error, '/validUntil')}>
      <DayInput
        id="decide-last-day"
        allowClear={false}
        value={day}
        onChange={onChange}
        earliest={today}
        latest={lastDayOf(application.validUntil, timeZone)}
      />
    </Form.Item>
  );
}

/** Shown before the decision; the API decides, also by what other grants add up to. */
function needsSecond(application: Application, { secondApprovalAbove }: Programme, amount: number | undefined): boolean {
  return (
    application.status === 'recommended' && promises(application) && secondApprovalAbove !== null && (amount ?? 0) > secondApprovalAbove
  );
}

function lastDayOf(validUntil: string | null, timeZone: string): string | undefined {
  return validUntil === null ? undefined : lastDayBefore(validUntil, timeZone);
}

/** The end that was asked for to the second, unless another last day was chosen. */
function untilOf(lastDay: string, application: Application, earlier: string | null, timeZone: string): string {
  const known = [earlier, application.validUntil].find((until) => until !== null && lastDayBefore(until, timeZone) === lastDay);
  return known ?? endOfDay(lastDay, timeZone);
}
