import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { useMe } from '../../api/session.ts';
import { formatBasisPoints, formatCount, formatDuration, formatInstant } from '../../app/format.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { SmallTable } from '../../components/SmallTable.tsx';
import styles from './queue.module.css';

type WhatIf = components['schemas']['ScheduleWhatIf'];
type ClassSums = WhatIf['classes'][number];
type SimulatedJob = WhatIf['items'][number];

/** Jobs that are listed one by one; the sums count all. */
const LISTED = 100;

/** When each waiting job starts as things are and with the changes, and the sums of each class. */
export function SimulatedStarts({ result }: { readonly result: WhatIf }) {
  const { t } = useTranslation('queue');
  const { timeZone } = useMe();
  const { classes, items, asOf, until } = result;
  // Those whose start changes come first; among them the order of the queue stays.
  const sorted = [...items.filter(isMoved), ...items.filter((job) => !isMoved(job))];
  return (
    <div className={styles['result']} role="region" aria-label={t('whatIf.result')}>
      <div>
        <h3>{t('whatIf.classes')}</h3>
        <SmallTable label={t('whatIf.classes')}>
          <thead>
            <tr>
              <th scope="col">{t('column.gpuClass')}</th>
              <th scope="col">{t('whatIf.waiting')}</th>
              <th scope="col">{t('whatIf.starts')}</th>
              <th scope="col">{t('whatIf.inBoth')}</th>
              <th scope="col">{t('whatIf.meanWait')}</th>
              <th scope="col">{t('whatIf.inUse')}</th>
            </tr>
          </thead>
          <tbody>
            {classes.map((sums) => (
              <ClassRow key={sums.gpuClass} sums={sums} />
            ))}
          </tbody>
        </SmallTable>
      </div>
      <div>
        <h3>{t('whatIf.jobs', { changed: items.filter(isMoved).length, all: items.length })}</h3>
        {items.length === 0 ? (
          <Empty title={t('empty')} hint={t('emptyHint')} />
        ) : (
          <SmallTable label={t('whatIf.jobStarts')}>
            <thead>
              <tr>
                <th scope="col">{t('column.name')}</th>
                <th scope="col" className="start">
                  {t('column.company')}
                </th>
                <th scope="col" className="start">
                  {t('column.gpuClass')}
                </th>
                <th scope="col">{t('column.gpus')}</th>
                <th scope="col">{t('whatIf.before')}</th>
                <th scope="col">{t('whatIf.after')}</th>
                <th scope="col">{t('whatIf.change')}</th>
              </tr>
            </thead>
            <tbody>
              {sorted.slice(0, LISTED).map((job) => (
                <JobRow key={job.jobId} job={job} />
              ))}
            </tbody>
          </SmallTable>
        )}
        {items.length > LISTED && <p className="soft">{t('whatIf.more', { rest: items.length - LISTED })}</p>}
      </div>
      <p className="soft">
        {t('whatIf.assumptions', { asOf: formatInstant(asOf, timeZone), until: formatInstant(until, timeZone), timeZone })}
      </p>
    </div>
  );
}

function ClassRow({ sums: { gpuClass, waiting, startInBoth, before, after } }: { readonly sums: ClassSums }) {
  const pair = (of: (side: ClassSums['before']) => string): string => `${of(before)} → ${of(after)}`;
  return (
    <tr>
      <th scope="row">{gpuClass}</th>
      <td>{formatCount(waiting)}</td>
      <td>{pair(({ starts }) => formatCount(starts))}</td>
      <td>{formatCount(startInBoth)}</td>
      <td>{pair(({ meanWaitSeconds }) => (meanWaitSeconds === null ? '—' : formatDuration(meanWaitSeconds)))}</td>
      <td>{pair(({ utilisationBp }) => formatBasisPoints(utilisationBp))}</td>
    </tr>
  );
}

function JobRow({ job }: { readonly job: SimulatedJob }) {
  const { t } = useTranslation('queue');
  const { jobId, name, companyName, gpuClass, gpus, startsBefore, startsAfter } = job;
  const start = (at: string | null) => (at === null ? <span className="soft">{t('whatIf.later')}</span> : <Instant at={at} />);
  return (
    <tr>
      <th scope="row">
        <Link to="/jobs/$id" params={{ id: jobId }} className="name" dir="auto" title={name}>
          {name}
        </Link>
      </th>
      <td className="start" dir="auto">
        {companyName}
      </td>
      <td className="start">{gpuClass}</td>
      <td>{formatCount(gpus)}</td>
      <td>{start(startsBefore)}</td>
      <td>{start(startsAfter)}</td>
      <td>{changeText(job, t)}</td>
    </tr>
  );
}

type T = ReturnType<typeof useTranslation<'queue'>>['t'];

/** How much earlier or later a job starts. */
function changeText({ startsBefore, startsAfter }: SimulatedJob, t: T): string {
  if (startsBefore === startsAfter) return t('whatIf.same');
  if (startsBefore === null) return t('whatIf.startsNow');
  if (startsAfter === null) return t('whatIf.startsNoMore');
  const seconds = (Date.parse(startsAfter) - Date.parse(startsBefore)) / 1_000;
  const duration = formatDuration(Math.abs(seconds));
  return seconds < 0 ? t('whatIf.earlier', { duration }) : t('whatIf.delayed', { duration });
}

function isMoved({ startsBefore, startsAfter }: SimulatedJob): boolean {
  return startsBefore !== startsAfter;
}
