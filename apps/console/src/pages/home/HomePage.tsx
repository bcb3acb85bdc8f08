import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useCompany, useMay } from '../../api/session.ts';
import { OfCompany } from '../../components/OfCompany.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Attention } from './Attention.tsx';
import { BurnDowns } from './BurnDowns.tsx';
import styles from './home.module.css';
import { OpenJobs } from './OpenJobs.tsx';
import { Runway } from './Runway.tsx';
import { ThisMonth } from './ThisMonth.tsx';

/** The state of a company at a glance. All parts of the first view ask at once, and each is shown when its answer is there. */
export function HomePage() {
  const { t } = useTranslation('home');
  const company = useCompany();
  const navigate = useNavigate();
  const mayApply = useMay('application.write');
  return (
    <OfCompany>
      {(companyId) => (
        <>
          <PageHeader
            title={company?.name ?? t('title')}
            actions={
              mayApply && (
                <Button icon={<PlusOutlined />} onClick={() => void navigate({ to: '/applications/new' })}>
                  {t('apply')}
                </Button>
              )
            }
          />
          <Attention companyId={companyId} />
          <div className={styles['columns']}>
            <Runway companyId={companyId} />
            <ThisMonth />
          </div>
          <Below companyId={companyId} />
        </>
      )}
    </OfCompany>
  );
}

/** What is below the first view. It is laid out once the tallest part above has its height, so that it does not come into view before. */
function Below({ companyId }: { readonly companyId: string }) {
  const { isPending } = $api.useQuery('get', '/api/v1/companies/{id}/runway', { params: { path: { id: companyId } } });
  if (isPending) return null;
  return (
    <>
      <BurnDowns companyId={companyId} />
      <OpenJobs />
    </>
  );
}
