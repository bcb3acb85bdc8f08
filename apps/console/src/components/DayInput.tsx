import { DatePicker, type DatePickerProps } from 'antd';
import dayjs from 'dayjs';

interface DayInputProps extends Pick<DatePickerProps, 'id' | 'disabled' | 'placeholder' | 'aria-label' | 'status' | 'allowClear'> {
  /** Such as `2026-10-01`. */
  readonly value?: string | undefined;
  readonly onChange?: (day: string | undefined) => void;
  readonly earliest?: string | undefined;
  readonly latest?: string | undefined;
}

const FORM = 'YYYY-MM-DD';

/** A calendar day, of no time zone: pages make instants of it with `startOfDay`. */
export function DayInput({ value, onChange, earliest, latest, ...input }: DayInputProps) {
  return (
    <DatePicker
      style={{ width: '100%' }}
      {...input}
      format={FORM}
      value={value === undefined ? null : dayjs(value, FORM)}
      onChange={(day: dayjs.Dayjs | null) => onChange?.(day?.format(FORM))}
      {...(earliest !== undefined && { minDate: dayjs(earliest, FORM) })}
      {...(latest !== undefined && { maxDate: dayjs(latest, FORM) })}
    />
  );
}
