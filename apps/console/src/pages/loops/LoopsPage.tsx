import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined, DisconnectOutlined } from '@ant-design/icons';
import { Alert } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { formatCount, formatInstant } from '../../app/format.ts';
import { useNow } from '../../app/now.ts';
import type { Column } from '../../components/data-table/column.ts';
import { DataTable } from '../../components/data-table/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import { StateTag, type Tone } from '../../components/StateTag.tsx';
import { type Health, healthOf, type Loop } from './health.ts';

const REFRESH_MS = 5_000;
/** The worst first. */
const ORDER: readonly Health[] = ['leaderless', 'late', 'failing', 'well'];
const LOOKS: Readonly<Record<Health, { readonly tone: Tone; readonly icon: ReactNode }>> = {
  well: { tone: 'success', icon: <CheckCircleOutlined /> },
  failing: { tone: 'danger', icon: <CloseCircleOutlined /> },
  late: { tone: 'danger', icon: <ClockCircleOutlined /> },
  leaderless: { tone: 'danger', icon: <DisconnectOutlined /> },
};

/** The schedules of the controllers: who leads them, when they last ran, and what stands still. */
export function LoopsPage() {
  const { t } = useTranslation('loops');
  const now = useNow();
  const loops = $api.useQuery('get', '/api/v1/loops', {}, { refetchInterval: REFRESH_MS });
  const rows = useMemo(
    () =>
      loops.data?.items.toSorted((a, b) => ORDER.indexOf(healthOf(a, now)) - ORDER.indexOf(healthOf(b, now)) || (a.name < b.name ? -1 : 1)),
    [loops.data, now],
  );
  const ill = rows?.filter((loop) => healthOf(loop, now) !== 'well') ?? [];
  return (
    <>
      <PageHeader title={t('title')} description={t('about')} />
      {ill.length > 0 && (
        <Alert
          type="error"
          showIcon
          role="alert"
          style={{ marginBottom: 24 }}
          title={t('ill', { count: ill.length })}
          description={
            <ul>
              {ill.map((loop) => (
                <li key={loop.name}>
                  <Trouble loop={loop} now={now} />
                </li>
              ))}
            </ul>
          }
        />
      )}
      <Section title={t('list')} flush>
        <DataTable
          name={t('title')}
          columns={useColumns(now)}
          rows={rows}
          rowKey={({ name }) => name}
          error={loops.error}
          onRetry={() => void loops.refetch()}
          empty={<Empty title={t('empty')} hint={t('emptyHint')} />}
        />
      </Section>
    </>
  );
}

/** What is wrong with a loop, in a sentence. */
function Trouble({ loop, now }: { readonly loop: Loop; readonly now: number }) {
  const { t } = useTranslation('loops');
  const { timeZone } = useMe();
  const name = useNameOf()(loop);
  const at = (instant: string | null): string => (instant === null ? '—' : formatInstant(instant, timeZone));
  const health = healthOf(loop, now);
  if (health === 'leaderless') return t('trouble.leaderless', { name, at: at(loop.lastTurnAt) });
  if (health === 'late') return t('trouble.late', { name, at: at(loop.nextTurnAt) });
  return (
    <>
      {t('trouble.failing', { name, count: loop.failures, at: at(loop.lastSuccessAt) })}{' '}
      <span className="soft" lang="en">
        {loop.lastFailure}
      </span>
    </>
  );
}

/** What a loop does; the name of one that is not known here as it is. */
function useNameOf(): (loop: Loop) => string {
  const { t, i18n } = useTranslation('loops');
  return ({ name }) => (i18n.exists(`loops:name.${name}`) ? t(`name.${name}` as 'name.admission') : name);
}

function useColumns(now: number): Column<Loop>[] {
  const { t } = useTranslation('loops');
  const nameOf = useNameOf();
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('column.name'),
        always: true,
        width: 180,
        render: (loop) => (
          <span className="name" title={loop.name}>
            {nameOf(loop)}
          </span>
        ),
        value: nameOf,
      },
      {
        key: 'health',
        title: t('column.health'),
        width: 120,
        render: (loop) => <StateTag {...LOOKS[healthOf(loop, now)]}>{t(`health.${healthOf(loop, now)}`)}</StateTag>,
        value: (loop) => t(`health.${healthOf(loop, now)}`),
      },
      {
        key: 'lastTurnAt',
        title: t('column.lastTurnAt'),
        width: 170,
        render: ({ lastTurnAt }) => <Instant at={lastTurnAt} precision="second" />,
        value: ({ lastTurnAt }) => lastTurnAt,
      },
      {
        key: 'duration',
        title: t('column.duration'),
        width: 110,
        align: 'right',
        render: ({ lastTurnMilliseconds: duration }) => (
          <span className="tabular">{duration === null ? '—' : t('milliseconds', { duration: formatCount(duration) })}</span>
        ),
        value: ({ lastTurnMilliseconds }) => lastTurnMilliseconds,
      },
      {
        key: 'failures',
        title: t('column.failures'),
        width: 100,
        align: 'right',
        render: ({ failures }) => <span className="tabular">{formatCount(failures)}</span>,
        value: ({ failures }) => failures,
      },
      {
        key: 'nextTurnAt',
        title: t('column.nextTurnAt'),
        width: 170,
        render: ({ nextTurnAt }) => <Instant at={nextTurnAt} precision="second" />,
        value: ({ nextTurnAt }) => nextTurnAt,
      },
      {
        key: 'leader',
        title: t('column.leader'),
        width: 150,
        render: ({ leader }) =>
          leader === null ? (
            <span className="soft">{t('noLeader')}</span>
          ) : (
            <span className="mono name" title={leader}>
              {leader}
            </span>
          ),
        value: ({ leader }) => leader,
      },
      {
        key: 'code',
        title: t('column.code'),
        width: 140,
        optional: true,
        render: ({ name }) => <span className="mono">{name}</span>,
        value: ({ name }) => name,
      },
      {
        key: 'timing',
        title: t('column.timing'),
        width: 280,
        optional: true,
        render: ({ timing }) => (
          <span className="mono name" title={timing} lang="en">
            {timing}
          </span>
        ),
        value: ({ timing }) => timing,
      },
      {
        key: 'leadingSince',
        title: t('column.leadingSince'),
        width: 170,
        optional: true,
        render: ({ leadingSince }) => <Instant at={leadingSince} precision="second" />,
        value: ({ leadingSince }) => leadingSince,
      },
      {
        key: 'lastFailure',
        title: t('column.lastFailure'),
        width: 320,
        optional: true,
        render: ({ lastFailureAt, lastFailure }) =>
          lastFailure === null ? (
            <span className="soft">—</span>
          ) : (
            <span className="name" title={lastFailure} lang="en">
              <Instant at={lastFailureAt} /> {lastFailure}
            </span>
          ),
        value: ({ lastFailure }) => lastFailure,
      },
    ],
    [t, nameOf, now],
  );
}
