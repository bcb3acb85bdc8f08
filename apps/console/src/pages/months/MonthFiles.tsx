import { FileExcelOutlined, FileZipOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../../app/downloads.ts';
import { useMay } from '../../api/session.ts';
import { Section } from '../../components/Section.tsx';
import { JournalModal } from './JournalModal.tsx';
import styles from './months.module.css';

/** The files of a month: all documents in one ZIP, the usage of all companies, and the vouchers for the accounting system. */
export function MonthFiles({ month }: { readonly month: string }) {
  const { t, i18n } = useTranslation('months');
  const [journal, setJournal] = useState(false);
  const mayExportJournal = useMay('journal.read');
  const lang = i18n.language === 'en' ? 'en' : 'zh';
  const path = `/api/v1/months/${month}`;
  return (
    <Section title={t('files.title')}>
      <div className={styles['files']}>
        <Button
          icon={<FileZipOutlined />}
          onClick={() => void download(`${path}/archive?formats=csv,xlsx,pdf,focus&lang=${lang}`, `${month}.zip`)}
        >
          {t('files.archive')}
        </Button>
        <Button icon={<FileExcelOutlined />} onClick={() => void download(`${path}/usage?format=csv&lang=${lang}`, `${month}-usage.csv`)}>
          {t('files.usage')}
        </Button>
        <Button icon={<FileExcelOutlined />} onClick={() => void download(`${path}/usage?format=focus`, `${month}-focus.csv`)}>
          {t('files.focus')}
        </Button>
        {mayExportJournal && <Button onClick={() => setJournal(true)}>{t('files.journal')}</Button>}
      </div>
      {journal && <JournalModal month={month} onClose={() => setJournal(false)} />}
    </Section>
  );
}
