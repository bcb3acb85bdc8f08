import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, App, Button, Steps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { useNow } from '../../app/now.ts';
import { Difference } from '../../components/Difference.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Section } from '../../components/Section.tsx';
import type { Evidence } from '../review/application-data.ts';
import { CommentsSection } from '../review/CommentsSection.tsx';
import { EligibilitySection } from '../review/EligibilitySection.tsx';
import { missingAttachments } from '../review/eligibility.ts';
import styles from './applications.module.css';
import { useAttaching } from './attach.ts';
import { AttachFiles } from './AttachFiles.tsx';
import { type Application, asksFor, changedFields, type DraftFields, fieldsOf } from './draft-fields.ts';
import { PurposeFields, RequestFields } from './DraftForm.tsx';
import { type Step, STEPS } from './search.ts';
import { SavingState } from './SavingState.tsx';
import { useDraft } from './use-draft.ts';

interface EditorProps {
  readonly application: Application;
  readonly evidence: Evidence;
}

/** Writes an application step by step. It is saved as one types; beside it one sees which conditions it meets. */
export function DraftEditor({ application, evidence }: EditorProps) {
  const { t } = useTranslation('applications');
  const { step = 'request' } = useSearch({ from: '/shell/applications/$id' });
  const navigate = useNavigate();
  const { message } = App.useApp();
  const outdate = useOutdate();
  const now = useNow();
  const draft = useDraft(application);
  const [busy, setBusy] = useState(false);
  const attaching = useAttaching(application.id);
  const submit = $api.useMutation('post', '/api/v1/applications/{id}/submit', {
    onSuccess: async () => {
      void message.success(t('submit.done'));
      await outdate('/api/v1/applications');
    },
  });
  const { id, kind } = application;
  const current: Application = { ...application, ...draft.fields };
  const lacking = lackingSteps(current, evidence);
  const go = (to: Step | undefined): void => {
    if (to !== undefined) void navigate({ to: '/applications/$id', params: { id }, search: { step: to }, replace: true });
  };
  const hand = async (): Promise<void> => {
    setBusy(true);
    try {
      const stored = await draft.flush();
      if (stored === undefined) return;
      await submit.mutateAsync({ params: { path: { id }, header: { 'If-Match': `"${stored.version}"` } } }).catch(() => undefined);
    } finally {
      setBusy(false);
    }
  };
  const place = STEPS.indexOf(step);
  const form = { kind, fields: draft.fields, evidence, error: draft.error, onChange: draft.set };
  return (
    <>
      {application.status === 'returned' && <Returned evidence={evidence} />}
      {draft.theirs !== undefined && <Conflict theirs={draft.theirs} mine={draft.fields} onResolve={draft.resolve} />}
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <Section title={t('editor')} actions={<SavingState saving={draft.saving} />}>
            <Steps
              size="small"
              titlePlacement="vertical"
              current={place}
              onChange={(index) => go(STEPS[index])}
              items={STEPS.map((name) => ({
                title: t(`step.${name}`),
                status: name === step ? 'process' : lacking.has(name) ? 'wait' : 'finish',
              }))}
            />
            <div className={styles['step']}>
              {step === 'request' && <RequestFields {...form} />}
              {step === 'purpose' && <PurposeFields {...form} />}
              {step === 'attachments' && (
                <AttachFiles
                  applicationId={id}
                  attachments={evidence.attachments}
                  required={evidence.programme?.requiredAttachments ?? []}
                />
              )}
              {step === 'submit' &&
                (attaching ? <Alert type="info" showIcon title={t('submit.attaching')} /> : <Ready lacking={lacking} />)}
              {draft.saving === 'failed' && <ErrorNotice error={draft.error} kept={t('kept')} onRetry={() => void draft.flush()} />}
              {step === 'submit' && submit.error !== null && <ErrorNotice error={submit.error} kept={t('kept')} />}
            </div>
            <div className={styles['buttons']}>
              <Button disabled={place === 0} onClick={() => go(STEPS[place - 1])}>
                {t('previous')}
              </Button>
              {step === 'submit' ? (
                <Button type="primary" loading={busy} disabled={attaching || draft.saving === 'conflict'} onClick={() => void hand()}>
                  {t('submit.open')}
                </Button>
              ) : (
                <Button type="primary" onClick={() => go(STEPS[place + 1])}>
                  {t('next')}
                </Button>
              )}
            </div>
          </Section>
        </div>
        <div className={styles['main']}>
          <EligibilitySection
            application={{ ...current, submittedAt: current.submittedAt ?? new Date(now).toISOString() }}
            evidence={evidence}
          />
          {application.round > 0 && <CommentsSection applicationId={id} />}
        </div>
      </div>
    </>
  );
}

/** The steps in which something is missing before the application can be submitted. */
function lackingSteps(application: Application, evidence: Evidence): ReadonlySet<Step> {
  const asks = asksFor(application.kind);
  const lacking = new Set<Step>();
  if (
    (asks.amount && application.amount === null) ||
    (asks.start && application.validFrom === null) ||
    (asks.end && application.validUntil === null)
  ) {
    lacking.add('request');
  }
  if (application.purpose.trim() === '') lacking.add('purpose');
  if (missingAttachments(evidence).length > 0) lacking.add('attachments');
  if (lacking.size > 0) lacking.add('submit');
  return lacking;
}

function Ready({ lacking }: { readonly lacking: ReadonlySet<Step> }) {
  const { t } = useTranslation('applications');
  const missing = [...lacking].filter((step) => step !== 'submit');
  return missing.length === 0 ? (
    <Alert type="success" showIcon title={t('submit.ready')} description={t('submit.effect')} />
  ) : (
    <Alert type="warning" showIcon title={t('submit.lacking', { steps: missing.map((step) => t(`step.${step}`)).join('、') })} />
  );
}

/** Why the application was returned, so that its author knows what to change. */
function Returned({ evidence }: { readonly evidence: Evidence }) {
  const { t } = useTranslation('applications');
  const event = evidence.events?.findLast(({ action }) => action === 'returned');
  return (
    <Alert
      className={styles['notice'] ?? ''}
      type="warning"
      showIcon
      title={event === undefined ? t('returned.title') : t('returned.titleBy', { name: event.actor.name })}
      description={event?.opinion ?? undefined}
    />
  );
}

interface ConflictProps {
  readonly theirs: Application;
  readonly mine: DraftFields;
  readonly onResolve: (whose: 'mine' | 'theirs') => void;
}

function Conflict({ theirs, mine, onResolve }: ConflictProps) {
  const { t } = useTranslation('applications');
  const stored = fieldsOf(theirs);
  const changed = Object.keys(changedFields(stored, mine));
  const only = (fields: DraftFields): Record<string, unknown> =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => changed.includes(name)));
  return (
    <Alert
      className={styles['notice'] ?? ''}
      type="warning"
      showIcon
      role="alert"
      title={t('conflict.title')}
      description={
        <>
          <p>{t('conflict.kept')}</p>
          <Difference before={only(stored)} after={only(mine)} />
          <div className={styles['buttons']}>
            <Button onClick={() => onResolve('theirs')}>{t('conflict.theirs')}</Button>
            <Button type="primary" onClick={() => onResolve('mine')}>
              {t('conflict.mine')}
            </Button>
          </div>
        </>
      }
    />
  );
}
