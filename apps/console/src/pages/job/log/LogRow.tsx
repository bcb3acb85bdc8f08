import { type CSSProperties, memo } from 'react';
import { type LogSegment, segmentsOf } from './log-text.ts';
import styles from './LogView.module.css';

interface LogRowProps {
  readonly top: number;
  /** Which line of the log it is; undefined where the lines before it are not loaded. */
  readonly number: number | undefined;
  readonly time: string | undefined;
  readonly coloured: string;
  readonly text: string;
  readonly search: string;
  /** Whether it is the match that is looked at. */
  readonly current: boolean;
}

/** One line. A line that has the searched text shows it marked, in place of its colours. */
export const LogRow = memo(function LogRow({ top, number, time, coloured, text, search, current }: LogRowProps) {
  const found = search !== '' && text.toLowerCase().includes(search.toLowerCase());
  return (
    <div className={current ? `${styles['row']} ${styles['current']}` : styles['row']} style={{ transform: `translateY(${top}px)` }}>
      <span className={styles['number']} aria-hidden="true">
        {number}
      </span>
      {time !== undefined && <span className={styles['time']}>{time}</span>}
      <span className={styles['text']}>{found ? <Marked text={text} search={search} /> : <Coloured coloured={coloured} />}</span>
    </div>
  );
});

function Coloured({ coloured }: { readonly coloured: string }) {
  return segmentsOf(coloured).map((segment, index) => (
    <span key={index} style={lookOf(segment)}>
      {segment.text}
    </span>
  ));
}

function Marked({ text, search }: { readonly text: string; readonly search: string }) {
  const parts: { readonly text: string; readonly marked: boolean }[] = [];
  const [lower, wanted] = [text.toLowerCase(), search.toLowerCase()];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push({ text: text.slice(from, at), marked: false }, { text: text.slice(at, at + wanted.length), marked: true });
    from = at + wanted.length;
  }
  parts.push({ text: text.slice(from), marked: false });
  return parts.map((part, index) => (part.marked ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>));
}

const cssColour = (colour: string | undefined): string | undefined =>
  colour === undefined || colour.startsWith('rgb(') ? colour : colour === 'text' ? 'var(--text-soft)' : `var(--terminal-${colour})`;

function lookOf({ colour, background, bold, dim, italic, underline }: LogSegment): CSSProperties {
  return {
    ...(colour !== undefined && { color: cssColour(colour) }),
    ...(background !== undefined && { backgroundColor: cssColour(background), color: cssColour(colour) ?? 'var(--surface)' }),
    ...(bold && { fontWeight: 600 }),
    ...(dim && colour === undefined && { color: 'var(--text-soft)' }),
    ...(italic && { fontStyle: 'italic' }),
    ...(underline && { textDecoration: 'underline' }),
  };
}
