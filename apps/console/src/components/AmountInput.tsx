import { type FormRule, Input, type InputProps, type InputRef } from 'antd';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFen, formatGpuHours, parseFen, parseGpuHours } from '../app/format.ts';

interface AmountInputProps extends Omit<InputProps, 'value' | 'onChange' | 'prefix' | 'suffix'> {
  readonly ref?: Ref<InputRef>;
  readonly unit: 'CNY' | 'GPU_SECONDS';
  /** Fen or GPU-seconds. */
  readonly value?: number | undefined;
  /** Undefined while what is typed is no amount. `typed` is what is typed. */
  readonly onChange?: (amount: number | undefined, typed: string) => void;
}

const typedOf = (unit: AmountInputProps['unit'], amount: number | undefined): string =>
  amount === undefined ? '' : unit === 'CNY' ? formatFen(amount).replace('¥', '') : formatGpuHours(amount);

/** An amount that a person types in yuan or GPU-hours. A value that nobody types over stays exact. */
export function AmountInput({ unit, value, onChange, ...input }: AmountInputProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<{ readonly text: string; readonly amount: number | undefined }>();
  const text = typed !== undefined && typed.amount === value ? typed.text : typedOf(unit, value);
  return (
    <Input
      inputMode="decimal"
      autoComplete="off"
      {...input}
      {...(unit === 'CNY' ? { prefix: '¥' } : { suffix: t('unit.hours') })}
      value={text}
      onChange={({ target }) => {
        const amount = unit === 'CNY' ? parseFen(target.value) : parseGpuHours(target.value);
        setTyped({ text: target.value, amount });
        onChange?.(amount, target.value);
      }}
    />
  );
}

/** An amount that may be left out: undefined where nothing is typed, and NaN where what is typed is no amount, for a form to refuse. */
export function OptionalAmountInput({ value, onChange, ...input }: AmountInputProps) {
  const isNone = Number.isNaN(value);
  return (
    <AmountInput
      {...input}
      {...(isNone && { status: 'error' as const })}
      value={isNone ? undefined : value}
      onChange={(amount, typed) => onChange?.(amount ?? (typed.trim() === '' ? undefined : Number.NaN), typed)}
    />
  );
}

/** The rule of a form's item with an amount that may be left out: what is typed must be one. */
export function useAmountRule(): FormRule {
  const { t } = useTranslation();
  return {
    validator: async (_rule, amount: unknown) => {
      if (Number.isNaN(amount)) await Promise.reject(new Error(t('amount.invalid')));
    },
  };
}
