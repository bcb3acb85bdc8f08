import { DownloadOutlined, DownOutlined, UpOutlined, VerticalAlignBottomOutlined } from '@ant-design/icons';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { TFunction } from 'i18next';
import { Button, Checkbox, Input } from 'antd';
import { useDeferredValue, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount, formatInstant, formatMebibytes } from '../../../app/format.ts';
import { download } from '../../../app/downloads.ts';
import { useMe } from '../../../api/session.ts';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import styles from './LogView.module.css';
import { LogRow } from './LogRow.tsx';
import { reasonHeader, type WantedLog } from './log-lines.ts';
import { useLog } from './use-log.ts';
import { type Matches, useMatches } from './use-matches.ts';

const ROW_HEIGHT = 20;
/** Nearer to the end than this counts as the end. */
const NEAR_PX = 2 * ROW_HEIGHT;
/** Nearer to where the loaded lines begin or end than this, more are loaded. */
const LOAD_PX = 100 * ROW_HEIGHT;
/** From the beginning: no log is older. */
const BEGINNING = '1970-01-01T00:00:00Z';

interface LogViewProps extends WantedLog {
  /** Name of the file that is downloaded. */
  readonly fileName: string;
}

/** The log of one replica of one attempt: only the lines in view are in the page, so that its length does not matter. */
export function LogView({ fileName, ...wanted }: LogViewProps) {
  const { t } = useTranslation('job');
  const { timeZone } = useMe();
  const { reader, version } = useLog(wanted);
  const { buffer, state, problem, kept } = reader;
  const [follows, setFollows] = useState(true);
  const [showsTimes, setShowsTimes] = useState(false);
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed);
  const matches = useMatches(reader, version, search);
  const box = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const count = buffer.lines.length;
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing of it is handed to a memoized component.
  const rows = useVirtualizer({ count, getScrollElement: () => box.current, estimateSize: () => ROW_HEIGHT, overscan: 20 });
  const matched = matches.index;

  useEffect(() => {
    if (follows && buffer.newer === undefined && count > 0) rows.scrollToIndex(count - 1, { align: 'end' });
  }, [rows, buffer, follows, count, version]);
  const shifted = useRef(0);
  useLayoutEffect(() => {
    // What is in view stays where it is when lines are put in front of it.
    if (box.current !== null) box.current.scrollTop += (buffer.shifted - shifted.current) * ROW_HEIGHT;
    shifted.current = buffer.shifted;
  }, [buffer, version]);
  useEffect(() => {
    if (matched !== undefined) rows.scrollToIndex(matched, { align: 'center' });
  }, [rows, matched]);

  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (element.scrollTop < lastTop.current && fromEnd > NEAR_PX) setFollows(false);
    else if (fromEnd <= NEAR_PX && search === '' && buffer.newer === undefined) setFollows(true);
    if (element.scrollTop < LOAD_PX && !follows) void reader.loadOlder();
    if (fromEnd < LOAD_PX) void reader.loadNewer();
    lastTop.current = element.scrollTop;
  };
  const look = (step: () => void): void => {
    setFollows(false);
    step();
  };
  const toggleFollow = (): void => {
    setFollows(!follows);
    if (!follows && buffer.newer !== undefined) reader.showEnd();
  };
  const downloadAll = (): void => {
    const { jobId, attempt, replica, reason } = wanted;
    const times = showsTimes ? '&timestamps=true' : '';
    const path = `/api/v1/jobs/${jobId}/logs?attempt=${attempt}&replica=${replica}&since=${BEGINNING}${times}`;
    void download(path, fileName, reasonHeader(reason));
  };

  return (
    <div>
      <div className={styles['bar']}>
        <Input
          allowClear
          aria-label={t('log.search')}
          placeholder={t('log.search')}
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value);
            if (target.value !== '') setFollows(false);
          }}
          onPressEnter={(event) => look(event.shiftKey ? matches.previous : matches.next)}
          style={{ width: 220 }}
        />
        {search !== '' && (
          <span className={styles['matches']}>
            <span className="tabular" role="status">
              {textOf(matches, t)}
            </span>
            {matches.searchAgain !== undefined && <Button onClick={matches.searchAgain}>{t('log.searchAgain')}</Button>}
            <Button type="text" icon={<UpOutlined />} aria-label={t('log.previous')} onClick={() => look(matches.previous)} />
            <Button type="text" icon={<DownOutlined />} aria-label={t('log.next')} onClick={() => look(matches.next)} />
          </span>
        )}
        <span className={styles['space']} />
        <span className="soft tabular">{t(`log.state.${state}`, { lines: formatCount(count) })}</span>
        <Checkbox checked={showsTimes} onChange={({ target }) => setShowsTimes(target.checked)}>
          {t('log.times')}
        </Checkbox>
        <Button type={follows ? 'primary' : 'default'} aria-pressed={follows} icon={<VerticalAlignBottomOutlined />} onClick={toggleFollow}>
          {t('log.follow')}
        </Button>
        <Button icon={<DownloadOutlined />} disabled={count === 0} onClick={downloadAll}>
          {t('log.download')}
        </Button>
      </div>
      {problem !== undefined && problem.code !== 'logs.none' && <ErrorNotice error={problem} />}
      {kept !== undefined && count > 0 && (
        <p className={styles['note']}>{kept.cut ? t('log.keptCut', { size: formatMebibytes(kept.bytes) }) : t('log.kept')}</p>
      )}
      {count > 0 && buffer.older !== undefined && (
        <p className={styles['note']}>
          {t('log.part')}
          <Button type="link" size="small" onClick={() => look(() => void reader.loadOlder())}>
            {t('log.older')}
          </Button>
        </p>
      )}
      {count === 0 ? (
        (problem === undefined || problem.code === 'logs.none') && (
          <Empty
            title={problem === undefined && state !== 'ended' ? t('log.waiting') : t('log.none')}
            hint={problem === undefined && state !== 'ended' ? undefined : t('log.noneHint')}
          />
        )
      ) : (
        <div ref={box} className={styles['box']} role="region" tabIndex={0} aria-label={t('log.title')} onScroll={onScroll}>
          <div style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, start }) => {
              const line = buffer.lines[index];
              return line === undefined ? null : (
                <LogRow
                  key={index}
                  top={start}
                  number={buffer.older === undefined ? index + 1 : undefined}
                  time={showsTimes ? formatInstant(line.at, timeZone, { seconds: true }) : undefined}
                  coloured={line.coloured}
                  text={line.text}
                  search={search}
                  current={index === matched}
                />
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}

/** What became of the search. */
function textOf({ isSearching, searchAgain, count, isMore, current }: Matches, t: TFunction<'job'>): string {
  if (isSearching) return t('log.searching');
  if (searchAgain !== undefined) return t('log.searchFailed');
  if (count === 0) return t('log.noMatch');
  return t('log.matches', { current: formatCount(current + 1), matches: `${formatCount(count)}${isMore ? '+' : ''}` });
}
