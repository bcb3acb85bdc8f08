import { Input, type InputProps, type InputRef } from 'antd';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFen, formatGpuHours, parseFen, parseGpuHours } from '../app/format.ts';

interface AmountInputProps extends Omit<InputProps, 'value' | 'onChange' | 'prefix' | 'suffix'> {
  readonly ref?: Ref<InputRef>;
  readonly unit: 'CNY' | 'GPU_SECONDS';
  /** Fen or GPU-seconds. */
  readonly value?: number | undefined;
  /** Undefined while what is typed is no amount. */
  readonly onChange?: (amount: number | undefined) => void;
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
        onChange?.(amount);
      }}
    />
  );
}
