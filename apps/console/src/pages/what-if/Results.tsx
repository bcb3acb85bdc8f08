import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { formatFen, formatGpuHours } from '../../app/format.ts';
import { Amount } from '../../components/Amount.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Section } from '../../components/Section.tsx';
import { SmallTable } from '../../components/SmallTable.tsx';
import { StateTag } from '../../components/StateTag.tsx';

type WhatIf = components['schemas']['WhatIf'];
type Paid = components['schemas']['WhatIfPaid'];
type CompanySums = WhatIf['companies'][number];

/** A figure of who paid. */
interface Measure {
  readonly key: string;
  readonly label: string;
  readonly unit: 'CNY' | 'GPU_SECONDS';
  readonly of: (paid: Paid) => number;
}

const MEASURES = ['listFen', 'subsidyFen', 'selfPaidFen', 'writtenOffFen', 'unfundedGpuSeconds'] as const;
/** Those of which the list of companies shows before and after at first. */
const SHOWN = new Set<string>(['subsidyFen', 'selfPaidFen']);

/** Before, after and difference, in sum and per company. */
export function Results({ result }: { readonly result: WhatIf }) {
  const { t } = useTranslation('whatIf');
  const measures = useMeasures(result);
  const columns = useColumns(measures);
  const { totals, companies, from, until } = result;
  return (
    <>
      <Section title={t('sum', { from, until })} actions={<Exactness totals={totals} />}>
        <SmallTable label={t('sum', { from, until })}>
          <thead>
            <tr>
              <th>{t('measure.title')}</th>
              <th>{t('before')}</th>
              <th>{t('after')}</th>
              <th>{t('difference')}</th>
            </tr>
          </thead>
          <tbody>
            {measures.map(({ key, label, unit, of }) => (
              <tr key={key}>
                <th scope="row">{label}</th>
                <td>
                  <Amount unit={unit} amount={of(totals.before)} />
                </td>
                <td>
                  <Amount unit={unit} amount={of(totals.after)} />
                </td>
                <td>
                  <Change unit={unit} amount={of(totals.difference)} />
                </td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
      </Section>
      <Section title={t('companies')} flush>
        <DataTable
          name={`${t('title')} ${from} ${until}`}
          columns={columns}
          rows={companies}
          rowKey={({ companyId }) => companyId}
          empty={<Empty title={t('none.title')} hint={t('none.hint')} />}
          summary={summaryOf(t('total'), totals, measures)}
        />
      </Section>
      <p className="soft">{t('assumptions')}</p>
    </>
  );
}

/** The sums of all companies, by the keys of the columns. */
function summaryOf(total: string, totals: WhatIf['totals'], measures: readonly Measure[]): Record<string, ReactNode> {
  const cells = measures.flatMap(({ key, unit, of }): [string, ReactNode][] => [
    [`${key}-before`, <Amount key="before" unit={unit} amount={of(totals.before)} />],
    [`${key}-after`, <Amount key="after" unit={unit} amount={of(totals.after)} />],
    [`${key}-difference`, <Change key="difference" unit={unit} amount={of(totals.difference)} />],
  ]);
  return { company: total, ...Object.fromEntries(cells) };
}

/** The sums that each replay has, and what each programme paid. */
function useMeasures({ programmes, totals }: WhatIf): readonly Measure[] {
  const { t } = useTranslation('whatIf');
  return useMemo(() => {
    const sums = MEASURES.map((key): Measure => ({
      key,
      label: t(`measure.${key}`),
      unit: key === 'unfundedGpuSeconds' ? 'GPU_SECONDS' : 'CNY',
      of: (paid) => paid[key],
    }));
    const paidBy = programmes.map(({ programmeId, name }): Measure => {
      const part = (paid: Paid) => paid.programmes.find((one) => one.programmeId === programmeId);
      const unit = (part(totals.before) ?? part(totals.after))?.unit ?? 'CNY';
      return { key: programmeId, label: t('measure.programme', { name }), unit, of: (paid) => part(paid)?.paid ?? 0 };
    });
    return [...sums.slice(0, 2), ...paidBy, ...sums.slice(2)];
  }, [t, programmes, totals]);
}

function useColumns(measures: readonly Measure[]): Column<CompanySums>[] {
  const { t } = useTranslation('whatIf');
  return useMemo(
    () => [
      {
        key: 'company',
        title: t('company'),
        width: 180,
        always: true,
        fixed: 'left',
        render: ({ companyName }) => (
          <span className="name" title={companyName} dir="auto">
            {companyName}
          </span>
        ),
        value: ({ companyName }) => companyName,
      },
      ...measures.flatMap(({ key, label, unit, of }) =>
        (['before', 'after', 'difference'] as const).map((when): Column<CompanySums> => ({
          key: `${key}-${when}`,
          title: t('column', { label, when: t(when) }),
          width: 190,
          align: 'right',
          optional: !SHOWN.has(key),
          render: (sums) =>
            when === 'difference' ? <Change unit={unit} amount={of(sums[when])} /> : <Amount unit={unit} amount={of(sums[when])} />,
          value: (sums) => of(sums[when]),
        })),
      ),
    ],
    [t, measures],
  );
}

interface ChangeProps {
  readonly unit: 'CNY' | 'GPU_SECONDS';
  readonly amount: number;
}

/** By how much an amount is more or less, with its sign. */
function Change({ unit, amount }: ChangeProps) {
  if (amount === 0) return <span className="soft">—</span>;
  const size = unit === 'CNY' ? formatFen(Math.abs(amount)) : formatGpuHours(Math.abs(amount));
  return <strong className="tabular">{`${amount > 0 ? '+' : '−'}${size}`}</strong>;
}

function Exactness({ totals: { exact, disagreementFen } }: Pick<WhatIf, 'totals'>) {
  const { t } = useTranslation('whatIf');
  return exact ? (
    <StateTag tone="success" icon={<CheckCircleOutlined />}>
      {t('exact')}
    </StateTag>
  ) : (
    <StateTag tone="warning" icon={<WarningOutlined />}>
      {t('inexact', { amount: formatFen(disagreementFen) })}
    </StateTag>
  );
}
