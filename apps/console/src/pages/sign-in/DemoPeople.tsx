import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../app/preferences.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { demoPeople, signInAsDemo } from './demo.ts';
import styles from './DemoPeople.module.css';

/** The people of the demo by what they are: one click signs in as one of them. */
export function DemoPeople() {
  const { t } = useTranslation(['signIn', 'common']);
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  const [failure, setFailure] = useState<unknown>();
  const { data, error } = useQuery({
    queryKey: ['demo-people', language],
    queryFn: async () => await demoPeople(language),
    staleTime: Infinity,
  });
  const signIn = async (email: string): Promise<void> => {
    try {
      await signInAsDemo(email);
    } catch (refusal) {
      setFailure(refusal);
    }
  };
  const failed = failure ?? error;
  const people = data ?? [];
  const groups = [
    { key: 'company', title: t('demo.company'), people: people.filter(({ company }) => company !== undefined) },
    { key: 'park', title: t('demo.park'), people: people.filter(({ company }) => company === undefined) },
  ];
  return (
    <section className={styles['demo']} aria-label={t('demo.title')}>
      <Alert type="info" showIcon title={t('demo.title')} description={t('demo.about')} />
      {failed !== null && <ErrorNotice error={failed} />}
      {groups.map(
        ({ key, title, people: ofGroup }) =>
          ofGroup.length > 0 && (
            <div key={key}>
              <h2>{title}</h2>
              <ul className={styles['people']}>
                {ofGroup.map(({ email, name, role, company, about }) => (
                  <li key={email}>
                    <Button block className={styles['person'] ?? ''} onClick={() => void signIn(email)} title={about}>
                      <span className={styles['who']}>
                        <strong>{name}</strong>
                        <span className="soft">{[t(`common:role.${role}`), company].filter((part) => part !== undefined).join(' · ')}</span>
                      </span>
                      <span className={`soft ${styles['about']}`}>{about}</span>
                    </Button>
                  </li>
                ))}
              </ul>
            </div>
          ),
      )}
    </section>
  );
}
