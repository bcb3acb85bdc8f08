import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { Amount } from '../../components/Amount.tsx';
import { Digest } from '../../components/Digest.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { SmallTable } from '../../components/SmallTable.tsx';
import styles from './settlements.module.css';

interface SettlementDrawerProps {
  readonly programme: string;
  readonly month: string;
  readonly onClose: () => void;
}

/** The settlement list of a programme: what it paid for each company. Each line leads to the company's statement. */
export function SettlementDrawer({ programme, month, onClose }: SettlementDrawerProps) {
  const { t } = useTranslation('settlements');
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/programmes/{id}/settlements/{month}', {
    params: { path: { id: programme, month } },
  });
  return (
    <Drawer open size={800} title={`${data?.programme.name ?? ''} ${month}`} onClose={onClose}>
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <div className={styles['content']}>
          <Facts
            facts={[
              { label: t('column.funder'), value: data.programme.funder },
              { label: t('column.code'), value: data.programme.code },
              ...(data.programme.documents.length > 0
                ? [{ label: t('column.documents'), value: data.programme.documents.join(', '), wide: true }]
                : []),
              { label: t('column.digest'), value: <Digest digest={data.digest} whole />, wide: true },
            ]}
          />
          <SmallTable label={t('lines')}>
            <thead>
              <tr>
                <th scope="col">{t('column.company')}</th>
                <th scope="col">{t('column.gpuHours')}</th>
                <th scope="col">{t('column.listFen')}</th>
                <th scope="col">{t('column.paid')}</th>
              </tr>
            </thead>
            <tbody>
              {data.lines.map(({ tenantId, companyName, creditCode, shares, totals }) => (
                <tr key={tenantId}>
                  <th scope="row">
                    <Link to="/statements/$month" params={{ month }} search={{ company: tenantId }} title={creditCode}>
                      {companyName}
                    </Link>
                  </th>
                  <td>
                    <GpuHours gpuSeconds={totals.gpuSeconds} bare />
                  </td>
                  <td>
                    <Money fen={totals.listFen} />
                  </td>
                  <td>
                    {shares.map(({ source, unit, amount }) => (
                      <div key={source}>
                        <Amount unit={unit} amount={amount} />
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t('total')}</th>
                <td>
                  <GpuHours gpuSeconds={data.totals.gpuSeconds} bare />
                </td>
                <td>
                  <Money fen={data.totals.listFen} />
                </td>
                <td>
                  <Money fen={data.totals.subsidyFen} />
                </td>
              </tr>
            </tfoot>
          </SmallTable>
        </div>
      )}
    </Drawer>
  );
}
