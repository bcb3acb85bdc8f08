import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Figure, Figures } from '../../components/Figure.tsx';
import { GpuHours } from '../../components/GpuHours.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Money } from '../../components/Money.tsx';
import { useSourceShares } from '../../components/provenance/source.ts';
import { useTrace } from '../../components/provenance/trace.ts';
import { Section } from '../../components/Section.tsx';
import { SourceShares } from '../../components/SourceShares.tsx';
import { hasEnded, type Job } from './job.ts';
import { costOf } from './job-cost.ts';
import styles from './JobCost.module.css';

const REFRESH_MS = 15_000;
const PAGE = 200;

/** What the job has cost so far, and who paid and holds what for it. Every figure opens where it comes from. */
export function JobCost({ job }: { readonly job: Job }) {
  const { t } = useTranslation('job');
  const open = useTrace();
  const sharesOf = useSourceShares();
  const trace = (): void => open({ kind: 'job', jobId: job.id });
  const { data, error } = $api.useQuery(
    'get',
    '/api/v1/jobs/{id}/provenance',
    { params: { path: { id: job.id }, query: { limit: PAGE } } },
    { refetchInterval: hasEnded(job) ? false : REFRESH_MS },
  );
  return (
    <Section
      title={t('cost.title')}
      actions={
        <Button size="small" onClick={trace}>
          {t('cost.trace')}
        </Button>
      }
    >
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <ErrorNotice error={error} />
        )
      ) : data.items.length === 0 ? (
        <Empty title={t('cost.none')} hint={t('cost.noneHint')} />
      ) : (
        <Cost cost={costOf(data.items)} sharesOf={sharesOf} onTrace={trace} />
      )}
    </Section>
  );
}

interface CostProps {
  readonly cost: ReturnType<typeof costOf>;
  readonly sharesOf: ReturnType<typeof useSourceShares>;
  readonly onTrace: () => void;
}

function Cost({ cost, sharesOf, onTrace }: CostProps) {
  const { t } = useTranslation('job');
  const { listFen, gpuSeconds, refundedGpuSeconds, shares } = cost;
  return (
    <>
      <Figures>
        <Figure label={t('cost.listCost')} value={<Money fen={listFen} onTrace={onTrace} />} />
        <Figure
          label={t('cost.used')}
          value={<GpuHours gpuSeconds={gpuSeconds} onTrace={onTrace} />}
          hint={
            refundedGpuSeconds > 0 ? (
              <>
                {t('cost.refunded')} <GpuHours gpuSeconds={refundedGpuSeconds} />
              </>
            ) : undefined
          }
        />
      </Figures>
      <div className={styles['shares']}>
        <SourceShares label={t('cost.shares')} shares={sharesOf(shares).map((share) => ({ ...share, onTrace }))} />
      </div>
    </>
  );
}
