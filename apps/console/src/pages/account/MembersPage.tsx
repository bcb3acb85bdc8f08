import { useTranslation } from 'react-i18next';
import { OfCompany } from '../../components/OfCompany.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Members } from '../companies/CompanyPeople.tsx';
import { Contacts } from '../companies/Contacts.tsx';

/** The people of the own company, whom it has invited, and whom the park calls. */
export function MembersPage() {
  const { t } = useTranslation('account');
  return (
    <OfCompany>
      {(companyId) => (
        <>
          <PageHeader title={t('members')} />
          <Members companyId={companyId} />
          <Contacts companyId={companyId} />
        </>
      )}
    </OfCompany>
  );
}
