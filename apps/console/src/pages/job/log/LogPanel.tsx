import { getRouteApi } from '@tanstack/react-router';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../../api/session.ts';
import { Empty } from '../../../components/Empty.tsx';
import { Section } from '../../../components/Section.tsx';
import type { Job } from '../job.ts';
import { LogView } from './LogView.tsx';

const route = getRouteApi('/shell/jobs/$id');

interface LogPanelProps {
  readonly job: Job;
  readonly replica: number;
  readonly attempt: number;
}

/** The log of a replica and attempt that is chosen. People of the park first say why they read it. */
export function LogPanel({ job, replica, attempt }: LogPanelProps) {
  const { t } = useTranslation('job');
  const { companyId } = useMe();
  const navigate = route.useNavigate();
  const [reason, setReason] = useState<string>();
  const [typed, setTyped] = useState('');
  const choose = (place: { readonly replica: number; readonly attempt: number }): void => {
    void navigate({ search: { tab: 'log', ...place } });
  };
  const choices = (
    <>
      <Select
        aria-label={t('log.replica')}
        value={replica}
        options={Array.from({ length: job.replicas }, (_, value) => ({ value, label: t('log.replicaOption', { replica: value }) }))}
        onChange={(value) => choose({ replica: value, attempt })}
        showSearch={job.replicas > 20}
        style={{ minWidth: 112 }}
      />
      {job.attempt > 1 && (
        <Select
          aria-label={t('log.attempt')}
          value={attempt}
          options={Array.from({ length: job.attempt }, (_, index) => ({
            value: job.attempt - index,
            label: t('log.attemptOption', { attempt: job.attempt - index }),
          }))}
          onChange={(value) => choose({ replica, attempt: value })}
          style={{ minWidth: 128 }}
        />
      )}
    </>
  );
  const needsReason = companyId === undefined && reason === undefined;
  return (
    <Section title={t('log.title')} actions={job.attempt > 0 && !needsReason && choices} flush={!needsReason}>
      {job.attempt === 0 ? (
        <Empty title={t('log.notStarted')} hint={t('log.notStartedHint')} />
      ) : needsReason ? (
        <Form layout="vertical" onFinish={() => setReason(typed.trim())} style={{ maxWidth: 480 }}>
          <p style={{ marginBottom: 16 }}>{t('log.reasonAbout')}</p>
          <Form.Item label={t('log.reason')} htmlFor="log-reason">
            <Input id="log-reason" value={typed} maxLength={200} onChange={({ target }) => setTyped(target.value)} />
          </Form.Item>
          <Button type="primary" htmlType="submit" disabled={typed.trim() === ''}>
            {t('log.read')}
          </Button>
        </Form>
      ) : (
        <LogView
          key={`${attempt}/${replica}`}
          jobId={job.id}
          attempt={attempt}
          replica={replica}
          reason={reason}
          fileName={`${job.name}-${attempt}-${replica}.log`}
        />
      )}
    </Section>
  );
}
