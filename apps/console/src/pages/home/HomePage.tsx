import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useCompany, useMay } from '../../api/session.ts';
import { OfCompany } from '../../components/OfCompany.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Attention } from './Attention.tsx';
import { BurnDowns } from './BurnDowns.tsx';
import styles from './home.module.css';
import { OpenJobs } from './OpenJobs.tsx';
import { Runway } from './Runway.tsx';
import { ThisMonth } from './ThisMonth.tsx';

/** The state of a company at a glance. All parts ask at once, and each is shown when its answer is there. */
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
          <BurnDowns companyId={companyId} />
          <OpenJobs />
        </>
      )}
    </OfCompany>
  );
}
