import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../components/Amount.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { useEntryKind } from '../../components/provenance/entry-kind.ts';
import { Section } from '../../components/Section.tsx';
import styles from './statements.module.css';
import { grantName, type Statement, type StatementDocument } from './statement-data.ts';

type Account = StatementDocument['accounts'][number];

/** The opening, the movements and the closing of each grant and of the wallet. */
export function Sources({ document, names }: { readonly document: StatementDocument; readonly names: Statement['names'] }) {
  const { t } = useTranslation('statements');
  const kindText = useEntryKind();
  const columns = useMemo((): Column<Account>[] => {
    const nameOf = (account: string) => grantName(names, account) ?? (account === 'wallet' ? t('source.wallet') : account);
    const balance = (key: 'opening' | 'closing'): Column<Account> => ({
      key,
      title: t(`account.${key}`),
      width: 150,
      align: 'right',
      render: ({ unit, ...account }) => <Amount unit={unit} amount={account[key]} />,
      value: (account) => account[key],
    });
    return [
      {
        key: 'account',
        title: t('account.name'),
        width: 240,
        always: true,
        render: ({ account }) => (
          <span className="name" dir="auto" title={nameOf(account)}>
            {nameOf(account)}
          </span>
        ),
        value: ({ account }) => nameOf(account),
      },
      balance('opening'),
      {
        key: 'movements',
        title: t('account.movements'),
        width: 300,
        render: ({ unit, movements }) =>
          movements.length === 0 ? (
            <span className="soft">{t('account.none')}</span>
          ) : (
            <dl className={styles['movements']}>
              {movements.map(({ kind, amount }) => (
                <div key={kind}>
                  <dt>{kindText(kind)}</dt>
                  <dd>
                    <Amount unit={unit} amount={amount} />
                  </dd>
                </div>
              ))}
            </dl>
          ),
        value: ({ movements }) => movements.map(({ kind, amount }) => `${kindText(kind)} ${amount}`).join('; '),
      },
      balance('closing'),
    ];
  }, [t, kindText, names]);
  return (
    <Section title={t('accounts')} flush>
      <DataTable
        name={`${t('accounts')} ${document.month}`}
        columns={columns}
        rows={document.accounts}
        rowKey={({ account }) => account}
        empty={<Empty title={t('noAccounts')} />}
      />
    </Section>
  );
}
