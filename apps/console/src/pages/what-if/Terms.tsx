import { Button, DatePicker, InputNumber } from 'antd';
import dayjs from 'dayjs';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Programme } from '../../api/everything.ts';
import { faultOf } from '../../api/problem.ts';
import { formatBasisPoints } from '../../app/format.ts';
import { Amount } from '../../components/Amount.tsx';
import { OptionalAmountInput } from '../../components/AmountInput.tsx';
import { Money } from '../../components/Money.tsx';
import { Section } from '../../components/Section.tsx';
import { SmallTable } from '../../components/SmallTable.tsx';
import type { WhatIfSearch } from './search.ts';
import { changesOf, type GpuClass, isComplete, type Typed, type TypedTerms, typedOf } from './terms.ts';
import styles from './what-if.module.css';

const FORM = 'YYYY-MM';
const MOST_BASIS_POINTS = 10_000;

interface TermsProps {
  readonly search: WhatIfSearch;
  /** Chosen at first. */
  readonly months: { readonly from: string; readonly until: string };
  readonly thisMonth: string;
  readonly programmes: readonly Programme[];
  readonly classes: readonly GpuClass[];
  readonly busy: boolean;
  readonly error: unknown;
  readonly onReplay: (search: WhatIfSearch) => void;
}

/** The months to replay, and the present terms and prices, which a person types over. */
export function Terms({ search, months, thisMonth, programmes, classes, busy, error, onReplay }: TermsProps) {
  const { t } = useTranslation('whatIf');
  const [typed, setTyped] = useState(() => typedOf(search, months));
  const [seen, setSeen] = useState(search);
  // The inputs begin anew where all of them get other values.
  const [round, setRound] = useState(0);
  if (seen !== search) {
    setSeen(search);
    setTyped(typedOf(search, months));
    setRound(round + 1);
  }
  const changes = changesOf(typed, { programmes, classes });
  const count = changes.gpuClasses.length + changes.programmes.reduce((sum, change) => sum + Object.keys(change).length - 1, 0);
  const complete = isComplete(typed);
  const change = (id: string, terms: TypedTerms): void =>
    setTyped((before) => ({ ...before, programmes: { ...before.programmes, [id]: { ...before.programmes[id], ...terms } } }));
  const reset = (): void => {
    setTyped((before) => ({ ...before, programmes: {}, prices: {} }));
    setRound(round + 1);
  };
  const fault = faultOf(error, '/until') ?? faultOf(error, '/from');
  return (
    <Section
      title={t('terms.title')}
      flush
      actions={
        <>
          <DatePicker.RangePicker
            picker="month"
            aria-label={t('terms.months')}
            allowClear={false}
            value={[dayjs(typed.from, FORM), dayjs(typed.until, FORM)]}
            maxDate={dayjs(thisMonth, FORM)}
            {...(fault !== undefined && { status: 'error' as const })}
            onChange={(range) => {
              const [from, until] = [range?.[0]?.format(FORM), range?.[1]?.format(FORM)];
              if (from !== undefined && until !== undefined) setTyped((before) => ({ ...before, from, until }));
            }}
          />
          <Button disabled={count === 0 && complete} onClick={reset}>
            {t('terms.reset')}
          </Button>
          <Button
            type="primary"
            loading={busy}
            disabled={count === 0 || !complete}
            onClick={() => onReplay({ from: typed.from, until: typed.until, ...changes })}
          >
            {count === 0 ? t('terms.nothing') : t('terms.replay', { count })}
          </Button>
        </>
      }
    >
      <p className={`soft ${styles['hint']}`}>{t('terms.hint')}</p>
      <SmallTable key={`programmes-${round}`} label={t('terms.programmes')} flush>
        <thead>
          <tr>
            <th>{t('terms.programmes')}</th>
            <th className="start">{t('terms.coverage')}</th>
            <th className="start">{t('terms.monthlyCap')}</th>
            <th className="start">{t('terms.cap')}</th>
          </tr>
        </thead>
        <tbody>
          {programmes.map((programme) => (
            <ProgrammeRow
              key={programme.id}
              programme={programme}
              typed={typed.programmes[programme.id] ?? {}}
              onChange={(terms) => change(programme.id, terms)}
            />
          ))}
        </tbody>
      </SmallTable>
      <div className={styles['prices']}>
        <SmallTable key={`prices-${round}`} label={t('terms.prices')} flush>
          <thead>
            <tr>
              <th>{t('terms.prices')}</th>
              {classes.map(({ code, name }) => (
                <th key={code} className="start">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th>{t('terms.perHour')}</th>
              {classes.map((gpuClass) => (
                <PriceCell
                  key={gpuClass.code}
                  gpuClass={gpuClass}
                  prices={typed.prices}
                  onChange={(prices) => setTyped((before) => ({ ...before, prices }))}
                />
              ))}
            </tr>
          </tbody>
        </SmallTable>
      </div>
    </Section>
  );
}

interface ProgrammeRowProps {
  readonly programme: Programme;
  readonly typed: TypedTerms;
  readonly onChange: (terms: TypedTerms) => void;
}

function ProgrammeRow({ programme, typed, onChange }: ProgrammeRowProps) {
  const { t } = useTranslation('whatIf');
  const { name, code, unit } = programme;
  const coverage = 'coverageBp' in typed ? typed.coverageBp : programme.coverageBp;
  const cap = (which: 'monthlyCapPerTenant' | 'capPerTenant', label: string): ReactNode => {
    const value = which in typed ? typed[which] : programme[which];
    return (
      <Cell present={value === programme[which] ? undefined : <PresentCap programme={programme} cap={programme[which]} />}>
        <OptionalAmountInput
          aria-label={`${name} ${label}`}
          unit={unit}
          placeholder={t('terms.noCap')}
          value={value ?? undefined}
          onChange={(amount) => onChange({ [which]: amount ?? null })}
        />
      </Cell>
    );
  };
  return (
    <tr>
      <th scope="row">
        <span className="name" title={name} dir="auto">
          {name}
        </span>
        <div className="soft mono">{code}</div>
      </th>
      <Cell present={coverage === programme.coverageBp ? undefined : formatBasisPoints(programme.coverageBp)}>
        <InputNumber
          aria-label={`${name} ${t('terms.coverage')}`}
          min={0.01}
          max={100}
          precision={2}
          suffix="%"
          disabled={unit === 'GPU_SECONDS'}
          title={unit === 'GPU_SECONDS' ? t('terms.inFull') : undefined}
          status={coverage === undefined ? 'error' : ''}
          value={coverage === undefined ? null : (coverage * 100) / MOST_BASIS_POINTS}
          onChange={(percent) => onChange({ coverageBp: percent === null ? undefined : Math.round((percent * MOST_BASIS_POINTS) / 100) })}
        />
      </Cell>
      {cap('monthlyCapPerTenant', t('terms.monthlyCap'))}
      {cap('capPerTenant', t('terms.cap'))}
    </tr>
  );
}

interface PresentCapProps {
  readonly programme: Programme;
  readonly cap: number | null;
}

function PresentCap({ programme: { unit }, cap }: PresentCapProps) {
  const { t } = useTranslation('whatIf');
  return cap === null ? t('terms.noCap') : <Amount unit={unit} amount={cap} />;
}

interface PriceCellProps {
  readonly gpuClass: GpuClass;
  readonly prices: Typed['prices'];
  readonly onChange: (prices: Typed['prices']) => void;
}

function PriceCell({ gpuClass: { code, name, listPriceFen }, prices, onChange }: PriceCellProps) {
  const { t } = useTranslation('whatIf');
  const value = code in prices ? prices[code] : (listPriceFen ?? undefined);
  return (
    <Cell present={value === (listPriceFen ?? undefined) ? undefined : <Money fen={listPriceFen} />}>
      <OptionalAmountInput
        aria-label={`${name} ${t('terms.perHour')}`}
        unit="CNY"
        {...(code in prices && value === undefined && { status: 'error' as const })}
        value={value}
        onChange={(fen) => onChange({ ...prices, [code]: fen })}
      />
    </Cell>
  );
}

interface CellProps {
  /** The present value, where another one is typed. */
  readonly present: ReactNode;
  readonly children: ReactNode;
}

function Cell({ present, children }: CellProps) {
  const { t } = useTranslation('whatIf');
  return (
    <td className="start">
      <div className={styles['cell']}>
        {children}
        {present !== undefined && (
          <span className={styles['present']}>
            {t('terms.present')} {present}
          </span>
        )}
      </div>
    </td>
  );
}
