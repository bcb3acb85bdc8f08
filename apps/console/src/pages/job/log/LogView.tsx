import { DownloadOutlined, DownOutlined, UpOutlined, VerticalAlignBottomOutlined } from '@ant-design/icons';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Button, Checkbox, Input } from 'antd';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount, formatInstant } from '../../../app/format.ts';
import { saveFile } from '../../../app/save-file.ts';
import { useMe } from '../../../api/session.ts';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import styles from './LogView.module.css';
import { LogRow } from './LogRow.tsx';
import { useLog, type WantedLog } from './use-log.ts';
import { useMatches } from './use-matches.ts';

const ROW_HEIGHT = 20;
/** Nearer to the end than this counts as the end. */
const NEAR_PX = 2 * ROW_HEIGHT;

interface LogViewProps extends WantedLog {
  /** Name of the file that is downloaded. */
  readonly fileName: string;
}

/** The log of one replica of one attempt: only the lines in view are in the page, so that its length does not matter. */
export function LogView({ fileName, ...wanted }: LogViewProps) {
  const { t } = useTranslation('job');
  const { timeZone } = useMe();
  const { buffer, version, state, problem } = useLog(wanted);
  const [follows, setFollows] = useState(true);
  const [showsTimes, setShowsTimes] = useState(false);
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed);
  const matches = useMatches(buffer, version, search);
  const box = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const count = buffer.lines.length;
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing of it is handed to a memoized component.
  const rows = useVirtualizer({ count, getScrollElement: () => box.current, estimateSize: () => ROW_HEIGHT, overscan: 20 });
  const matched = matches.lines[matches.current];

  useEffect(() => {
    if (follows && count > 0) rows.scrollToIndex(count - 1, { align: 'end' });
  }, [rows, follows, count, version]);
  useEffect(() => {
    if (matched !== undefined) rows.scrollToIndex(matched, { align: 'center' });
  }, [rows, matched]);

  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (element.scrollTop < lastTop.current && fromEnd > NEAR_PX) setFollows(false);
    else if (fromEnd <= NEAR_PX && search === '') setFollows(true);
    lastTop.current = element.scrollTop;
  };
  const look = (step: () => void): void => {
    setFollows(false);
    step();
  };
  const download = (): void => {
    const text = buffer.lines.map((line) => `${showsTimes ? `${line.at} ` : ''}${line.text}\n`);
    saveFile(fileName, new Blob(text, { type: 'text/plain;charset=utf-8' }));
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
              {matches.lines.length === 0
                ? t('log.noMatch')
                : t('log.matches', { current: formatCount(matches.current + 1), matches: formatCount(matches.lines.length) })}
            </span>
            <Button type="text" icon={<UpOutlined />} aria-label={t('log.previous')} onClick={() => look(matches.previous)} />
            <Button type="text" icon={<DownOutlined />} aria-label={t('log.next')} onClick={() => look(matches.next)} />
          </span>
        )}
        <span className={styles['space']} />
        <span className="soft tabular">{t(`log.state.${state}`, { lines: formatCount(count + buffer.dropped) })}</span>
        <Checkbox checked={showsTimes} onChange={({ target }) => setShowsTimes(target.checked)}>
          {t('log.times')}
        </Checkbox>
        <Button
          type={follows ? 'primary' : 'default'}
          aria-pressed={follows}
          icon={<VerticalAlignBottomOutlined />}
          onClick={() => setFollows(!follows)}
        >
          {t('log.follow')}
        </Button>
        <Button icon={<DownloadOutlined />} disabled={count === 0} onClick={download}>
          {t('log.download')}
        </Button>
      </div>
      {problem !== undefined && problem.code !== 'logs.none' && <ErrorNotice error={problem} />}
      {buffer.dropped > 0 && <p className={styles['note']}>{t('log.dropped', { lines: formatCount(buffer.dropped) })}</p>}
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
                  number={index + 1 + buffer.dropped}
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
