import { formatDay, formatInstant } from '../app/format.ts';
import { useMe } from '../api/session.ts';

interface InstantProps {
  readonly at: string | null | undefined;
  readonly precision?: 'day' | 'minute' | 'second';
}

/** An instant in the park's time zone, which the head of the page names. */
export function Instant({ at, precision = 'minute' }: InstantProps) {
  const { timeZone } = useMe();
  if (at === null || at === undefined) return <span className="soft">—</span>;
  const text = precision === 'day' ? formatDay(at, timeZone) : formatInstant(at, timeZone, { seconds: precision === 'second' });
  return (
    <time className="tabular" dateTime={at} title={`${formatInstant(at, timeZone, { seconds: true })} ${timeZone}`}>
      {text}
    </time>
  );
}
