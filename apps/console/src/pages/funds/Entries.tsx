import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Listed } from '../../api/pages.ts';
import { Amount } from '../../components/Amount.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { useEntryKind } from '../../components/provenance/entry-kind.ts';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import type { Entry } from './entry.ts';

interface EntriesProps {
  readonly unit: 'CNY' | 'GPU_SECONDS';
  readonly entries: Listed<Entry>;
}

/** Every movement of what is available of a grant or wallet, with the balance after it. */
export function Entries({ unit, entries }: EntriesProps) {
  const { t } = useTranslation('funds');
  const columns = useColumns(unit);
  return (
    <Section title={t('entries.title')} flush>
      <DataTable
        name={t('entries.title')}
        columns={columns}
        {...entries}
        rowKey={({ entryId, balance, amount }) => `${entryId} ${balance} ${amount}`}
        empty={<Empty title={t('entries.none')} />}
      />
    </Section>
  );
}

function useColumns(unit: EntriesProps['unit']): Column<Entry>[] {
  const { t } = useTranslation('funds');
  const kindText = useEntryKind();
  return useMemo(
    () => [
      {
        key: 'effectiveAt',
        title: t('entries.at'),
        always: true,
        width: 150,
        render: ({ effectiveAt }) => <Instant at={effectiveAt} />,
        value: ({ effectiveAt }) => effectiveAt,
      },
      { key: 'kind', title: t('entries.kind'), width: 140, render: ({ kind }) => kindText(kind), value: ({ kind }) => kindText(kind) },
      {
        key: 'about',
        title: t('entries.about'),
        width: 200,
        render: ({ jobId, jobName, reason }) =>
          jobId === undefined ? (
            <span className="name" dir="auto" title={reason}>
              {reason ?? ''}
            </span>
          ) : (
            <Link to="/jobs/$id" params={{ id: jobId }} className="name" dir="auto" title={jobName ?? jobId}>
              {jobName ?? jobId}
            </Link>
          ),
        value: ({ jobId, jobName, reason }) => jobName ?? jobId ?? reason,
      },
      {
        key: 'amount',
        title: t('entries.amount'),
        width: 150,
        align: 'right',
        render: ({ amount }) => <Amount unit={unit} amount={amount} />,
        value: ({ amount }) => amount,
      },
      {
        key: 'balance',
        title: t('entries.balance'),
        width: 150,
        align: 'right',
        render: ({ balance }) => <Amount unit={unit} amount={balance} />,
        value: ({ balance }) => balance,
      },
      {
        key: 'entry',
        title: t('entries.id'),
        width: 160,
        optional: true,
        render: ({ entryId }) => <ShortId id={entryId} />,
        value: ({ entryId }) => entryId,
      },
    ],
    [t, kindText, unit],
  );
}
