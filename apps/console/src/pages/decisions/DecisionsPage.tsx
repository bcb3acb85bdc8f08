import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined, FieldTimeOutlined, StopOutlined } from '@ant-design/icons';
import { Link, useSearch } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { type Action, useMe } from '../../api/session.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { useViewState } from '../../components/data-table/view-state.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { ShortId } from '../../components/ShortId.tsx';
import { StateTag } from '../../components/StateTag.tsx';
import { type Answer, AnswerModal } from './AnswerModal.tsx';
import type { DecisionsSearch } from './routes.ts';

export type Decision = components['schemas']['Decision'];

const PAGE = 100;

/** What each kind of decision also asks of who confirms it. */
const KINDS = {
  'park-roles': 'user.manage',
  'programme-threshold': 'programme.manage',
  'bank-transfer': 'wallet.topUp',
  'bank-transfer-reversal': 'wallet.topUp',
  'incident-refund': 'incident.manage',
  'refund-reversal': 'incident.manage',
  'month-closing': 'statement.close',
} as const satisfies Record<string, Action>;

type Kind = keyof typeof KINDS;

function mayAnswer(decision: Decision, actions: readonly Action[]): boolean {
  const kind = kindOf(decision);
  return actions.includes('decision.write') && kind !== undefined && actions.includes(KINDS[kind]);
}

function kindOf({ kind }: Decision): Kind | undefined {
  return Object.hasOwn(KINDS, kind) ? (kind as Kind) : undefined;
}

const LOOKS = {
  pending: { tone: 'warning', icon: <ClockCircleOutlined /> },
  confirmed: { tone: 'success', icon: <CheckCircleOutlined /> },
  rejected: { tone: 'danger', icon: <CloseCircleOutlined /> },
  withdrawn: { tone: 'neutral', icon: <StopOutlined /> },
  expired: { tone: 'neutral', icon: <FieldTimeOutlined /> },
} as const;

/** What takes two people: what waits for this person, what they proposed, and what was decided. */
export function DecisionsPage() {
  const { t } = useTranslation('decisions');
  const { show } = useSearch({ from: '/shell/decisions' });
  const [, change] = useViewState();
  const me = useMe();
  const [answering, setAnswering] = useState<{ readonly decision: Decision; readonly answer: Answer }>();
  const query = { limit: PAGE, ...(show !== 'ended' && { state: 'pending' as const }) };
  const decisions = useListed($api.useInfiniteQuery('get', '/api/v1/decisions', { params: { query } }, PAGES));
  const rows = useMemo(() => {
    return decisions.rows?.filter((decision) => {
      if (show === 'ended') return decision.state !== 'pending';
      if (show === 'pending') return true;
      if (show === 'proposed') return decision.proposedBy.id === me.id;
      return decision.proposedBy.id !== me.id && mayAnswer(decision, me.actions);
    });
  }, [decisions.rows, show, me.id, me.actions]);
  const columns = useColumns(show, (decision, answer) => setAnswering({ decision, answer }));
  return (
    <>
      <PageHeader title={t('title')} description={t('about')} />
      <Section
        title={t('list')}
        flush
        actions={
          <Segmented
            aria-label={t('show.label')}
            value={show ?? 'waiting'}
            options={[
              { value: 'waiting', label: t('show.waiting') },
              { value: 'proposed', label: t('show.proposed') },
              { value: 'pending', label: t('show.pending') },
              { value: 'ended', label: t('show.ended') },
            ]}
            onChange={(value) => change({ show: value === 'waiting' ? undefined : value })}
          />
        }
      >
        <DataTable
          name={t('title')}
          columns={columns}
          {...decisions}
          rows={rows}
          rowKey={({ id }) => id}
          empty={<Empty title={t(`empty.${show ?? 'waiting'}`)} hint={t('empty.hint')} />}
        />
      </Section>
      {answering !== undefined && <AnswerModal {...answering} onClose={() => setAnswering(undefined)} />}
    </>
  );
}

function useColumns(show: DecisionsSearch['show'], onAnswer: (decision: Decision, answer: Answer) => void): Column<Decision>[] {
  const { t } = useTranslation('decisions');
  const companies = useCompanies();
  const me = useMe();
  return useMemo(() => {
    const nameOf = (decision: Decision): string => {
      const kind = kindOf(decision);
      return kind === undefined ? decision.kind : t(`kind.${kind}`);
    };
    const company = ({ companyId }: Decision) => (companyId === null ? undefined : (companies?.get(companyId)?.name ?? companyId));
    const ended: Column<Decision>[] = [
      {
        key: 'state',
        title: t('column.state'),
        width: 110,
        render: ({ state }) => <StateTag {...LOOKS[state]}>{t(`state.${state}`)}</StateTag>,
        value: ({ state }) => t(`state.${state}`),
      },
      {
        key: 'decidedBy',
        title: t('column.decidedBy'),
        width: 110,
        render: ({ decidedBy }) => decidedBy?.name ?? '—',
        value: ({ decidedBy }) => decidedBy?.name,
      },
      {
        key: 'decidedAt',
        title: t('column.decidedAt'),
        width: 150,
        render: ({ decidedAt }) => <Instant at={decidedAt} />,
        value: ({ decidedAt }) => decidedAt,
      },
    ];
    const pending: Column<Decision>[] = [
      {
        key: 'expiresAt',
        title: t('column.expiresAt'),
        width: 150,
        render: ({ expiresAt }) => <Instant at={expiresAt} />,
        value: ({ expiresAt }) => expiresAt,
      },
      {
        key: 'answer',
        title: t('column.answer'),
        width: 160,
        always: true,
        render: (decision) =>
          decision.proposedBy.id === me.id ? (
            <Button size="small" onClick={() => onAnswer(decision, 'withdraw')}>
              {t('answer.withdraw')}
            </Button>
          ) : mayAnswer(decision, me.actions) ? (
            <span style={{ display: 'flex', gap: 8 }}>
              <Button size="small" type="primary" onClick={() => onAnswer(decision, 'confirm')}>
                {t('answer.confirm')}
              </Button>
              <Button size="small" danger onClick={() => onAnswer(decision, 'reject')}>
                {t('answer.reject')}
              </Button>
            </span>
          ) : (
            <span className="soft">{t('answer.otherRole')}</span>
          ),
      },
    ];
    return [
      { key: 'kind', title: t('column.kind'), width: 130, always: true, render: nameOf, value: nameOf },
      {
        key: 'summary',
        title: t('column.summary'),
        width: 300,
        render: ({ summary }) => (
          <span className="name" dir="auto" title={summary}>
            {summary}
          </span>
        ),
        value: ({ summary }) => summary,
      },
      {
        key: 'reason',
        title: t('column.reason'),
        width: 130,
        render: ({ reason }) => (
          <span className="name" dir="auto" title={reason}>
            {reason}
          </span>
        ),
        value: ({ reason }) => reason,
      },
      {
        key: 'company',
        title: t('column.company'),
        width: 140,
        optional: true,
        render: (decision) =>
          decision.companyId === null ? (
            '—'
          ) : (
            <Link to="/companies/$id" params={{ id: decision.companyId }} className="name" dir="auto">
              {company(decision)}
            </Link>
          ),
        value: company,
      },
      {
        key: 'proposedBy',
        title: t('column.proposedBy'),
        width: 100,
        render: ({ proposedBy }) => proposedBy.name,
        value: ({ proposedBy }) => proposedBy.name,
      },
      {
        key: 'proposedAt',
        title: t('column.proposedAt'),
        width: 150,
        optional: show !== 'ended',
        render: ({ proposedAt }) => <Instant at={proposedAt} />,
        value: ({ proposedAt }) => proposedAt,
      },
      { key: 'id', title: t('column.id'), width: 140, optional: true, render: ({ id }) => <ShortId id={id} />, value: ({ id }) => id },
      ...(show === 'ended' ? ended : pending),
    ];
  }, [t, companies, me, show, onAnswer]);
}
