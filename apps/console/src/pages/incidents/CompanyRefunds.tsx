import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCompanies } from '../../api/everything.ts';
import { formatCount } from '../../app/format.ts';
import { GpuHours } from '../../components/GpuHours.tsx';
import type { CompanyRefund } from './affected.ts';
import { SmallTable } from '../../components/SmallTable.tsx';

/** What is credited back to each company. */
export function CompanyRefunds({ refunds }: { readonly refunds: readonly CompanyRefund[] }) {
  const { t } = useTranslation('incidents');
  const companies = useCompanies();
  const awaiting = refunds.some((refund) => refund.awaiting > 0);
  return (
    <SmallTable label={t('byCompany')} flush>
      <thead>
        <tr>
          <th scope="col">{t('column.company')}</th>
          <th scope="col">{t('column.attempts')}</th>
          {awaiting && <th scope="col">{t('column.awaiting')}</th>}
          <th scope="col">{t('column.refunded')}</th>
        </tr>
      </thead>
      <tbody>
        {refunds.map((refund) => (
          <tr key={refund.companyId}>
            <th scope="row">
              <Link to="/companies/$id" params={{ id: refund.companyId }} className="name" dir="auto">
                {companies?.get(refund.companyId)?.name ?? refund.companyId}
              </Link>
            </th>
            <td>{formatCount(refund.attempts)}</td>
            {awaiting && <td>{formatCount(refund.awaiting)}</td>}
            <td>
              <GpuHours gpuSeconds={refund.gpuSeconds} bare />
            </td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}
