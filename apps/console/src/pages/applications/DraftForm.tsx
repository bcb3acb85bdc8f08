import { Form, Input } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { faultProps } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { formatDay, lastDayBefore } from '../../app/format.ts';
import { Amount } from '../../components/Amount.tsx';
import { AmountInput } from '../../components/AmountInput.tsx';
import { DayInput } from '../../components/DayInput.tsx';
import type { Evidence } from '../review/application-data.ts';
import styles from './applications.module.css';
import { type Application, asksFor, type DraftFields, endWithin, lastDayOf, startWithin } from './draft-fields.ts';

interface FormProps {
  readonly kind: Application['kind'];
  readonly fields: DraftFields;
  readonly evidence: Evidence;
  /** The last refusal of the API. */
  readonly error: unknown;
  readonly onChange: (change: Partial<DraftFields>) => void;
}

/** How much is asked for, and for which time. */
export function RequestFields({ kind, fields, evidence: { programme, grant, caps }, error, onChange }: FormProps) {
  const { t } = useTranslation('applications');
  const { timeZone } = useMe();
  const id = useId();
  const asks = asksFor(kind);
  const unit = programme?.unit ?? 'CNY';
  const cap = programme?.capPerTenant ?? null;
  const paid = caps?.find(({ programmeId }) => programmeId === programme?.id)?.paid ?? 0;
  const bounds = programme && { earliest: formatDay(programme.validFrom, timeZone), latest: lastDayBefore(programme.validUntil, timeZone) };
  return (
    <Form layout="vertical" component="div">
      {asks.amount && (
        <Form.Item
          label={t(unit === 'CNY' ? 'field.money' : 'field.gpuHours')}
          htmlFor={`${id}-amount`}
          required
          extra={
            cap !== null && (
              <>
                {t('field.capHint')} <Amount unit={unit} amount={paid} /> / <Amount unit={unit} amount={cap} />
              </>
            )
          }
          {...faultProps(error, '/amount')}
        >
          <AmountInput
            id={`${id}-amount`}
            unit={unit}
            value={fields.amount ?? undefined}
            onChange={(amount) => onChange({ amount: amount === undefined || amount === 0 ? null : amount })}
          />
        </Form.Item>
      )}
      <div className={styles['pair']}>
        {asks.start && (
          <Form.Item label={t('field.firstDay')} htmlFor={`${id}-first`} required {...faultProps(error, '/validFrom')}>
            <DayInput
              id={`${id}-first`}
              {...bounds}
              value={fields.validFrom === null ? undefined : formatDay(fields.validFrom, timeZone)}
              onChange={(day) => onChange({ validFrom: day === undefined ? null : startWithin(day, programme?.validFrom, timeZone) })}
            />
          </Form.Item>
        )}
        {asks.end && (
          <Form.Item
            label={t(kind === 'extension' ? 'field.newLastDay' : 'field.lastDay')}
            htmlFor={`${id}-last`}
            required
            {...(kind === 'extension' &&
              grant !== undefined && { extra: t('field.nowUntil', { day: lastDayBefore(grant.validUntil, timeZone) }) })}
            {...faultProps(error, '/validUntil')}
          >
            <DayInput
              id={`${id}-last`}
              {...bounds}
              value={lastDayOf(fields.validUntil, timeZone)}
              onChange={(day) => onChange({ validUntil: day === undefined ? null : endWithin(day, programme?.validUntil, timeZone) })}
            />
          </Form.Item>
        )}
      </div>
    </Form>
  );
}

/** What the funds are for, how they will be used, and whom to ask. */
export function PurposeFields({ fields, error, onChange }: FormProps) {
  const { t } = useTranslation('applications');
  const id = useId();
  return (
    <Form layout="vertical" component="div">
      <Form.Item
        label={t('field.purpose')}
        htmlFor={`${id}-purpose`}
        required
        extra={t('field.purposeHint')}
        {...faultProps(error, '/purpose')}
      >
        <Input.TextArea
          id={`${id}-purpose`}
          autoSize={{ minRows: 3, maxRows: 10 }}
          maxLength={4_000}
          value={fields.purpose}
          onChange={({ target }) => onChange({ purpose: target.value })}
        />
      </Form.Item>
      <Form.Item label={t('field.plan')} htmlFor={`${id}-plan`} extra={t('field.planHint')} {...faultProps(error, '/plan')}>
        <Input.TextArea
          id={`${id}-plan`}
          autoSize={{ minRows: 5, maxRows: 20 }}
          maxLength={20_000}
          value={fields.plan}
          onChange={({ target }) => onChange({ plan: target.value })}
        />
      </Form.Item>
      <div className={styles['pair']}>
        <Form.Item label={t('field.contactName')} htmlFor={`${id}-name`} {...faultProps(error, '/contactName')}>
          <Input
            id={`${id}-name`}
            maxLength={100}
            autoComplete="name"
            value={fields.contactName}
            onChange={({ target }) => onChange({ contactName: target.value })}
          />
        </Form.Item>
        <Form.Item label={t('field.contactPhone')} htmlFor={`${id}-phone`} {...faultProps(error, '/contactPhone')}>
          <Input
            id={`${id}-phone`}
            maxLength={40}
            autoComplete="tel"
            value={fields.contactPhone}
            onChange={({ target }) => onChange({ contactPhone: target.value })}
          />
        </Form.Item>
      </div>
    </Form>
  );
}
