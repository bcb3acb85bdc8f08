import { Alert } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useCompany } from '../../api/session.ts';
import { BurnDown } from '../../components/BurnDown.tsx';
import { DaysLeft } from '../../components/DaysLeft.tsx';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { OfCompany } from '../../components/OfCompany.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { usePayerColour } from '../../components/source-colours.ts';
import { Entries } from './Entries.tsx';
import { TransferState } from './TransferState.tsx';

type Transfer = components['schemas']['BankTransfer'];

const PAGE = 50;

interface CompanyProps {
  readonly companyId: string;
}

/** The company's own money: what is left, how to pay in, the bank transfers and every movement. */
export function WalletPage() {
  const { t } = useTranslation('funds');
  const company = useCompany();
  return (
    <OfCompany>
      {(companyId) => (
        <>
          <PageHeader title={t('wallet.title')} />
          <Balance companyId={companyId} />
          <Section title={t('wallet.payIn')}>
            <Alert
              type="info"
              showIcon
              title={t('wallet.payInTitle')}
              description={t('wallet.payInText', { name: company?.name, slug: company?.slug })}
            />
          </Section>
          <Transfers companyId={companyId} />
          <WalletEntries companyId={companyId} />
        </>
      )}
    </OfCompany>
  );
}

function Balance({ companyId }: CompanyProps) {
  const { t } = useTranslation('funds');
  const path = { id: companyId };
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}/balance', { params: { path } });
  const burnDown = $api.useQuery('get', '/api/v1/companies/{id}/wallet/burn-down', { params: { path } });
  const colourOf = usePayerColour();
  return (
    <Section title={t('wallet.balance')}>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={2} />
      ) : (
        <Figures>
          <Figure big label={t('amount.available')} value={<Money fen={data.wallet.availableFen} />} />
          <Figure label={t('amount.held')} value={<Money fen={data.wallet.heldFen} />} hint={t('amount.heldHint')} />
          <Figure
            label={t('amount.daysLeft')}
            value={<DaysLeft days={data.wallet.runway.daysLeft} left={data.wallet.availableFen} />}
            hint={
              <>
                {t('amount.perDay')} <Money fen={data.wallet.runway.consumptionPerDayFen} />
              </>
            }
          />
        </Figures>
      )}
      {burnDown.error === null || burnDown.data !== undefined ? (
        <BurnDown data={burnDown.data} colour={colourOf('self-paid')} height={220} />
      ) : (
        <ErrorNotice error={burnDown.error} onRetry={() => void burnDown.refetch()} />
      )}
    </Section>
  );
}

function Transfers({ companyId }: CompanyProps) {
  const { t } = useTranslation('funds');
  const query = { limit: PAGE };
  const transfers = useListed(
    $api.useInfiniteQuery('get', '/api/v1/companies/{id}/transfers', { params: { path: { id: companyId }, query } }, PAGES),
  );
  const columns = useMemo<Column<Transfer>[]>(
    () => [
      {
        key: 'reference',
        title: t('transfers.reference'),
        always: true,
        width: 200,
        render: ({ reference }) => (
          <span className="name" dir="auto" title={reference}>
            {reference}
          </span>
        ),
        value: ({ reference }) => reference,
      },
      {
        key: 'direction',
        title: t('transfers.direction'),
        width: 110,
        render: ({ direction }) => t(`transfers.${direction}`),
        value: ({ direction }) => t(`transfers.${direction}`),
      },
      {
        key: 'transferState',
        title: t('transfers.state'),
        width: 150,
        render: ({ state }) => <TransferState state={state} />,
        value: ({ state }) => t(`transfers.states.${state}`),
      },
      {
        key: 'amountFen',
        title: t('transfers.amount'),
        width: 150,
        align: 'right',
        render: ({ amountFen }) => <Money fen={amountFen} />,
        value: ({ amountFen }) => amountFen,
      },
      {
        key: 'paidOn',
        title: t('transfers.paidOn'),
        width: 120,
        render: ({ paidOn }) => <span className="tabular">{paidOn}</span>,
        value: ({ paidOn }) => paidOn,
      },
      {
        key: 'decidedAt',
        title: t('transfers.decidedAt'),
        width: 150,
        render: ({ decidedAt }) => <Instant at={decidedAt} />,
        value: ({ decidedAt }) => decidedAt,
      },
      {
        key: 'comment',
        title: t('transfers.comment'),
        width: 200,
        render: ({ comment, reason }) => (
          <span className="name" dir="auto" title={comment ?? reason ?? undefined}>
            {comment ?? reason ?? '—'}
          </span>
        ),
        value: ({ comment, reason }) => comment ?? reason,
      },
    ],
    [t],
  );
  return (
    <Section title={t('transfers.title')} flush>
      <DataTable
        name={t('transfers.title')}
        columns={columns}
        {...transfers}
        rowKey={({ id }) => id}
        empty={<Empty title={t('transfers.none')} hint={t('transfers.noneHint')} />}
      />
    </Section>
  );
}

function WalletEntries({ companyId }: CompanyProps) {
  const query = { order: 'latest', limit: PAGE } as const;
  const entries = useListed(
    $api.useInfiniteQuery('get', '/api/v1/companies/{id}/wallet/entries', { params: { path: { id: companyId }, query } }, PAGES),
  );
  return <Entries unit="CNY" entries={entries} />;
}
