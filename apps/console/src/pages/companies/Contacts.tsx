import { EditOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './companies.module.css';
import { ContactsModal } from './ContactsModal.tsx';

/** Whom the park asks about legal, financial, technical and other matters of the company. */
export function Contacts({ companyId }: { readonly companyId: string }) {
  const { t } = useTranslation('companies');
  const mayManage = useMay('contact.manage');
  const [editing, setEditing] = useState(false);
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/companies/{id}/contacts', { params: { path: { id: companyId } } });
  const edit = mayManage && data !== undefined && (
    <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
      {t('contacts.edit')}
    </Button>
  );
  return (
    <Section title={t('contacts.title')} flush actions={data?.contacts.length !== 0 && edit}>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={2} />
      ) : data.contacts.length === 0 ? (
        <Empty title={t('contacts.none')} hint={t(mayManage ? 'contacts.hint' : 'contacts.noneHint')} action={edit} />
      ) : (
        <ul className={`lines ${styles['rows']}`}>
          {data.contacts.map(({ id, kind, name, email, phone }) => (
            <li key={id}>
              <strong className="name" dir="auto" title={name}>
                {name}
              </strong>
              <span className="name" title={email}>
                {email}
              </span>
              <span>{t(`contacts.${kind}`)}</span>
              <span className="soft">{phone ?? '—'}</span>
            </li>
          ))}
        </ul>
      )}
      {editing && data !== undefined && <ContactsModal companyId={companyId} contacts={data.contacts} onClose={() => setEditing(false)} />}
    </Section>
  );
}
