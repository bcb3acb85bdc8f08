import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Tabs } from 'antd';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stringify } from 'yaml';
import { $api, api } from '../../api/client.ts';
import { isProblem, type Problem } from '../../api/problem.ts';
import { useMe } from '../../api/session.ts';
import { formatInstant } from '../../app/format.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { JobForm } from './JobForm.tsx';
import type { JobFile } from './job-file.ts';
import { type JobText, type Path, placeOf, readJobText, type TextFault, withValue } from './job-text.ts';
import { QuotePanel } from './QuotePanel.tsx';
import styles from './SubmitPage.module.css';
import { TemplateChoice } from './TemplateChoice.tsx';
import { templateText, type Template } from './templates.ts';
import { type KeptDraft, useDraft, useKeptDraft } from './use-draft.ts';
import { useNarrow } from './use-narrow.ts';
import { useQuote } from './use-quote.ts';
import { YamlEditor } from './YamlEditor.tsx';

const route = getRouteApi('/shell/submit');
const EMPTY =
  'apiVersion: speedspace.io/v1\nkind: Job\nmetadata:\n  name: ""\nspec:\n  gpuClass: ""\n  replicas: 1\n  gpusPerReplica: 1\n  image: ""\n  maxRuntime: ""\n';

/** Submits a job: as a form and as YAML, which say the same, with what it would cost. */
export function SubmitPage() {
  const kept = useKeptDraft();
  const { companyId } = useMe();
  if (kept.data !== undefined) return <Loaded key={companyId} kept={kept.data} />;
  return kept.error === null ? <Loading lines={8} /> : <ErrorNotice error={kept.error} onRetry={() => void kept.refetch()} />;
}

function Loaded({ kept }: { readonly kept: KeptDraft | null }) {
  const { t } = useTranslation('submit');
  const { modal } = App.useApp();
  const { timeZone } = useMe();
  const draft = useDraft(kept);
  const text = draft.text ?? EMPTY;
  const job = useMemo(() => readJobText(text), [text]);
  const live = useQuote(job);
  const { submit, busy, refusal } = useSubmit(job, draft.forget);
  const problem = refusal?.text === text ? refusal.problem : live.problem;
  const refused = problem ?? (refusal?.text === text ? refusal.error : undefined);
  const fieldFaults = useFieldFaults(job, problem, refusal?.text === text);
  const faults = useMemo(() => faultsOf(job, problem), [job, problem]);
  const classes = useClasses();
  const classCodes = useMemo(() => classes.map(({ code }) => code), [classes]);
  const narrow = useNarrow();

  const change = useCallback((path: Path, value: unknown) => draft.keep(withValue(job, path, value)), [draft, job]);
  /** Begins with another text. Where something is filled in, the person decides. */
  const replace = (next: string, title: string): void => {
    const begin = (): void => draft.keep(next);
    if (draft.text === undefined || draft.text === EMPTY || draft.text === next) begin();
    else void modal.confirm({ title, content: t('replaceHint'), okText: t('replace'), onOk: begin });
  };
  const choose = (template: Template): void => {
    const [offered] = classes.filter(({ listPriceFen }) => listPriceFen !== null).toReversed();
    if (offered === undefined) return;
    replace(templateText(template, offered), t('replaceTitle'));
  };
  useClone((file) => replace(file, t('replaceByClone')));

  const form = <JobForm job={job} classes={classes} faults={fieldFaults} onChange={change} />;
  const editor = <YamlEditor label={t('yaml')} text={text} onChange={draft.keep} faults={faults} classCodes={classCodes} />;
  const quote = (
    <Section
      title={t('quote.title')}
      actions={
        <Button type="primary" loading={busy} disabled={job.value === undefined} onClick={submit}>
          {t('submit')}
        </Button>
      }
    >
      {refused !== undefined && (
        <div className={styles['refused']}>
          <ErrorNotice error={refused} kept={t('kept')} />
        </div>
      )}
      <QuotePanel {...live} />
    </Section>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('about')}
        showsInstants={false}
        actions={
          draft.text !== undefined &&
          draft.restoredFrom === undefined && (
            <>
              <span role="status" className={`soft ${styles['state']}`}>
                {t(`draft.${draft.state}`)}
              </span>
              <Button onClick={() => void draft.forget()}>{t('clear')}</Button>
            </>
          )
        }
      />
      {draft.restoredFrom !== undefined && (
        <Alert
          className={styles['restored'] ?? ''}
          type="info"
          showIcon
          title={t('draft.restored', { at: formatInstant(draft.restoredFrom, timeZone) })}
          action={<Button onClick={() => void draft.forget()}>{t('clear')}</Button>}
        />
      )}
      <TemplateChoice onChoose={choose} disabled={classes.length === 0} />
      {narrow ? (
        <>
          <Section title={t('file')}>
            <Tabs
              items={[
                { key: 'form', label: t('form'), children: form },
                { key: 'yaml', label: 'YAML', children: editor },
              ]}
            />
          </Section>
          {quote}
        </>
      ) : (
        <div className={styles['columns']}>
          <Section title={t('form')}>{form}</Section>
          <div className={styles['side']}>
            {quote}
            <Section title="YAML" flush>
              {editor}
            </Section>
          </div>
        </div>
      )}
    </>
  );
}

/** The GPU classes that take new jobs. */
function useClasses() {
  const { data } = $api.useQuery('get', '/api/v1/gpu-classes', {}, { staleTime: 5 * 60_000 });
  return useMemo(() => data?.items.filter(({ active }) => active) ?? [], [data]);
}

/** Hands over the file of the job in the address, once. */
function useClone(onFile: (text: string) => void): void {
  const { from } = route.useSearch();
  const navigate = route.useNavigate();
  const params = { params: { path: { id: from ?? '' } } };
  const { data: job } = $api.useQuery('get', '/api/v1/jobs/{id}', params, { enabled: from !== undefined });
  const handOver = useEffectEvent(onFile);
  useEffect(() => {
    if (job === undefined || job.id !== from) return;
    handOver(stringify(job.file, { lineWidth: 0 }));
    void navigate({ search: {}, replace: true });
  }, [from, job, navigate]);
}

interface Refusal {
  readonly text: string;
  readonly problem: Problem | undefined;
  readonly error: unknown;
}

/** Submits the file and leads to the job. The same text is submitted once, however often it is asked for. */
function useSubmit(job: JobText, onDone: () => Promise<void>) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const attempt = useRef({ text: '', key: '' });
  const submit = async (): Promise<void> => {
    const { text, value } = job;
    if (attempt.current.text !== text) attempt.current = { text, key: crypto.randomUUID() };
    setBusy(true);
    try {
      const headers = { 'Idempotency-Key': attempt.current.key };
      const { data, error } = await api.POST('/api/v1/jobs', { body: value as JobFile, headers });
      if (data === undefined) {
        setRefusal({ text, problem: isProblem(error) ? error : undefined, error });
        return;
      }
      await onDone();
      void client.invalidateQueries();
      await navigate({ to: '/jobs/$id', params: { id: data.id } });
    } catch (error) {
      setRefusal({ text, problem: undefined, error });
    } finally {
      setBusy(false);
    }
  };
  return { submit: () => void submit(), busy, refusal };
}

/** What is wrong, each at its place in the text. */
function faultsOf(job: JobText, problem: Problem | undefined): TextFault[] {
  const refused = problem?.errors ?? [];
  return [...job.faults, ...refused.map(({ pointer = '', message }) => ({ ...placeOf(job, pointer), message }))];
}

/** What is wrong, by the field of the form; of empty fields it is said once a submission was refused. */
function useFieldFaults(job: JobText, problem: Problem | undefined, submitted: boolean): ReadonlyMap<string, string> {
  const { t } = useTranslation('submit');
  return useMemo(() => {
    const faults = new Map((problem?.errors ?? []).map(({ pointer = '', message }) => [pointer, message]));
    if (submitted) for (const pointer of job.missing) faults.set(pointer, t('missing'));
    return faults;
  }, [job, problem, submitted, t]);
}
