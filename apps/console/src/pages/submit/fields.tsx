import { Form, Input, InputNumber, Select, Space } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { join, split } from 'shlex';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault: string | undefined;
  readonly disabled: boolean;
  readonly required?: boolean;
}

interface Labelled extends FieldProps {
  readonly children: (id: string) => ReactNode;
}

/** A control with its label, what it is for, and what the API says against its value. */
export function Field({ label, hint, fault, required = false, children }: Labelled) {
  const id = useId();
  return (
    <Form.Item
      label={label}
      htmlFor={id}
      required={required}
      extra={hint}
      help={fault}
      {...(fault !== undefined && { validateStatus: 'error' as const })}
    >
      {children(id)}
    </Form.Item>
  );
}

interface TextFieldProps extends FieldProps {
  readonly value: unknown;
  readonly placeholder?: string;
  readonly onChange: (value: string | undefined) => void;
}

export function TextField({ value, placeholder, onChange, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(id) => (
        <Input
          id={id}
          disabled={field.disabled}
          value={textOf(value)}
          {...(placeholder !== undefined && { placeholder })}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
        />
      )}
    </Field>
  );
}

interface CountFieldProps extends FieldProps {
  readonly value: unknown;
  readonly minimum: number;
  readonly placeholder?: string;
  readonly onChange: (value: number | undefined) => void;
}

export function CountField({ value, minimum, placeholder, onChange, ...field }: CountFieldProps) {
  const count = typeof value === 'number' || (typeof value === 'string' && /^\d{1,9}$/.test(value)) ? Number(value) : null;
  return (
    <Field {...field}>
      {(id) => (
        <InputNumber
          id={id}
          disabled={field.disabled}
          value={count}
          min={minimum}
          precision={0}
          {...(placeholder !== undefined && { placeholder })}
          onChange={(next) => onChange(next ?? undefined)}
          style={{ width: '100%' }}
        />
      )}
    </Field>
  );
}

const UNITS = ['m', 'h', 'd'] as const;

/** A duration such as `12h`: a number and a unit. One in seconds keeps its unit. */
export function DurationField({ value, onChange, ...field }: Omit<TextFieldProps, 'placeholder'>) {
  const { t } = useTranslation('submit');
  const [, digits, written] = /^(\d{1,9})([smhd])$/.exec(textOf(value)) ?? [];
  const [unit, setUnit] = useState('h');
  const shown = written ?? unit;
  const units = shown === 's' ? ['s' as const, ...UNITS] : UNITS;
  return (
    <Field {...field}>
      {(id) => (
        <Space.Compact block>
          <InputNumber
            id={id}
            disabled={field.disabled}
            value={digits === undefined ? null : Number(digits)}
            min={0}
            precision={0}
            onChange={(count) => onChange(count === null ? undefined : `${count}${shown}`)}
            style={{ width: '100%' }}
          />
          <Select
            aria-label={t('unitOf', { field: field.label })}
            disabled={field.disabled}
            value={shown}
            options={units.map((value) => ({ value, label: t(`unit.${value}`) }))}
            onChange={(next) => {
              setUnit(next);
              if (digits !== undefined) onChange(`${digits}${next}`);
            }}
            style={{ width: 96 }}
          />
        </Space.Compact>
      )}
    </Field>
  );
}

interface TypedFieldProps<Value> extends FieldProps {
  readonly value: Value | undefined;
  readonly placeholder: string;
  readonly onChange: (value: Value | undefined) => void;
}

/** A command as a person types it in a shell, which is kept as a list of words. What is typed stays as it is typed. */
export function CommandField({ value, placeholder, onChange, ...field }: TypedFieldProps<readonly string[]>) {
  const { t } = useTranslation('submit');
  const [typed, setTyped] = useState('');
  const words = wordsOf(typed);
  const shown = sameWords(words, value ?? []) ? typed : value === undefined ? typed : join(value);
  const unclosed = shown === typed && words === undefined ? t('unclosedQuote') : undefined;
  return (
    <Field {...field} fault={unclosed ?? field.fault}>
      {(id) => (
        <Input.TextArea
          id={id}
          className="mono"
          disabled={field.disabled}
          autoSize={{ minRows: 2, maxRows: 8 }}
          spellCheck={false}
          placeholder={placeholder}
          value={words === undefined && typed !== '' ? typed : shown}
          onChange={({ target }) => {
            setTyped(target.value);
            const next = wordsOf(target.value);
            if (next !== undefined) onChange(next.length === 0 ? undefined : next);
          }}
        />
      )}
    </Field>
  );
}

/** Undefined where a quote is not closed. */
function wordsOf(typed: string): string[] | undefined {
  try {
    return split(typed);
  } catch {
    return undefined;
  }
}

function sameWords(left: readonly string[] | undefined, right: readonly string[]): boolean {
  return left !== undefined && left.length === right.length && left.every((word, index) => word === right[index]);
}

/** Variables, one `NAME=value` a line. */
export function EnvironmentField({ value, placeholder, onChange, ...field }: TypedFieldProps<Readonly<Record<string, string>>>) {
  const { t } = useTranslation('submit');
  const [typed, setTyped] = useState('');
  const [editing, setEditing] = useState(false);
  const written = linesOf(value ?? {});
  const multiline = Object.values(value ?? {}).some((text) => text.includes('\n'));
  const shown = editing || linesOf(variablesOf(typed) ?? {}) === written ? typed : written;
  const wrong = variablesOf(shown) === undefined ? t('wrongVariable') : undefined;
  return (
    <Field {...field} hint={multiline ? t('multilineVariable') : field.hint} fault={wrong ?? field.fault}>
      {(id) => (
        <Input.TextArea
          id={id}
          className="mono"
          disabled={field.disabled || multiline}
          autoSize={{ minRows: 2, maxRows: 8 }}
          spellCheck={false}
          placeholder={placeholder}
          value={shown}
          onFocus={() => {
            setTyped(shown);
            setEditing(true);
          }}
          onBlur={() => setEditing(false)}
          onChange={({ target }) => {
            setTyped(target.value);
            const next = variablesOf(target.value);
            if (next !== undefined) onChange(Object.keys(next).length === 0 ? undefined : next);
          }}
        />
      )}
    </Field>
  );
}

function linesOf(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, text]) => `${name}=${text}`)
    .join('\n');
}

/** Undefined where a line has no `=`. */
function variablesOf(typed: string): Record<string, string> | undefined {
  const lines = typed.split('\n').filter((line) => line.trim() !== '');
  if (lines.some((line) => !line.includes('='))) return undefined;
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
