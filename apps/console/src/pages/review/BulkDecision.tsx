import { Form, Input } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import type { Company, Programme } from '../../api/everything.ts';
import { useOutdate } from '../../api/outdate.ts';
import { faultOf } from '../../api/problem.ts';
import { Amount } from '../../components/Amount.tsx';
import { BulkDialog } from '../../components/bulk/BulkDialog.tsx';
import type { ApplicationSummary } from './queue.ts';
import { type DecisionVerdict, isPositive, isRefusal, type ReviewVerdict, type Verdict, Verdicts, verdictsOf } from './Verdicts.tsx';

interface BulkDecisionProps {
  readonly step: 'review' | 'decide';
  /** As they were when they were chosen: a decision on one that changed meanwhile is refused. */
  readonly applications: readonly ApplicationSummary[];
  readonly companies: ReadonlyMap<string, Company> | undefined;
  readonly programmes: ReadonlyMap<string, Programme> | undefined;
  /** Called when it was done, also where some applications were refused. */
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** One verdict and one opinion on several applications in the same step. */
export function BulkDecision({ step, applications, companies, programmes, onDone, onClose }: BulkDecisionProps) {
  const { t } = useTranslation(['review', 'common']);
  const outdate = useOutdate();
  const key = useRef(crypto.randomUUID());
  const [verdict, setVerdict] = useState<Verdict>();
  const [opinion, setOpinion] = useState('');
  const [missing, setMissing] = useState(false);
  const options = {
    onSuccess: () => {
      onDone();
      void outdate('/api/v1/applications', '/api/v1/grants', '/api/v1/programmes', '/api/v1/companies');
    },
  };
  const review = $api.useMutation('post', '/api/v1/applications/bulk/review', options);
  const decide = $api.useMutation('post', '/api/v1/applications/bulk/decision', options);
  const request = step === 'review' ? review : decide;
  const needsReason = verdict !== undefined && !isPositive(verdict);
  const fault = missing && needsReason && opinion.trim() === '' ? t('decide.reasonMissing') : faultOf(request.error, '/opinion');

  const send = (): void => {
    if (verdict === undefined) return;
    if (needsReason && opinion.trim() === '') {
      setMissing(true);
      return;
    }
    const params = { header: { 'Idempotency-Key': key.current } };
    const items = applications.map(({ id, version }) => ({ id, version }));
    if (step === 'review') review.mutate({ params, body: { verdict: verdict as ReviewVerdict, opinion, items } });
    else decide.mutate({ params, body: { verdict: verdict as DecisionVerdict, opinion, items } });
  };
  return (
    <BulkDialog
      title={t(`bulk.${step}`, { count: applications.length })}
      effect={t(`bulk.${step}Effect`)}
      items={applications.map((application) => ({
        id: application.id,
        name: companies?.get(application.companyId)?.name ?? application.companyId,
        detail: (
          <>
            <span className="soft">{t(`common:applicationKind.${application.kind}`)}</span>
            <Amount unit={programmes?.get(application.programmeId)?.unit ?? 'CNY'} amount={amountOf(application)} />
          </>
        ),
      }))}
      submit={verdict === undefined ? t('decide.choose') : t('decide.submit', { verdict: t(`decide.${verdict}`) })}
      danger={isRefusal(verdict)}
      disabled={verdict === undefined}
      request={request}
      onSubmit={send}
      onClose={onClose}
    >
      <Form layout="vertical" disabled={request.isPending} onFinish={send}>
        <Verdicts verdicts={verdictsOf(step, applications)} chosen={verdict} onChoose={setVerdict} />
        <Form.Item
          label={needsReason ? t('decide.reason') : t('decide.opinion')}
          htmlFor="bulk-opinion"
          validateStatus={fault === undefined ? '' : 'error'}
          help={fault}
        >
          <Input.TextArea
            id="bulk-opinion"
            autoSize={{ minRows: 2, maxRows: 8 }}
            maxLength={4_000}
            value={opinion}
            onChange={({ target }) => setOpinion(target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
            }}
          />
        </Form.Item>
      </Form>
    </BulkDialog>
  );
}

/** What a decision without an amount of its own is about: what the step before approved, or else what was asked for. */
function amountOf({ endorsement, recommendation, amount }: ApplicationSummary): number | null {
  return (endorsement ?? recommendation ?? { amount }).amount;
}
