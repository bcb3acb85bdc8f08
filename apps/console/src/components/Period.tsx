import { useMe } from '../api/session.ts';
import { formatDay, formatInstant, lastDayBefore } from '../app/format.ts';

interface PeriodProps {
  readonly from: string | null | undefined;
  /** The instant at which it is over. */
  readonly until: string | null | undefined;
}

/** A period by its first and last day in the park's time zone; its title has the instants. */
export function Period({ from, until }: PeriodProps) {
  const { timeZone } = useMe();
  if ((from === null || from === undefined) && (until === null || until === undefined)) return <span className="soft">—</span>;
  const first = from === null || from === undefined ? '…' : formatDay(from, timeZone);
  const last = until === null || until === undefined ? '…' : lastDayBefore(until, timeZone);
  const exact = (at: string | null | undefined) => (at === null || at === undefined ? '…' : formatInstant(at, timeZone, { seconds: true }));
  return (
    <span className="tabular" title={`${exact(from)} – ${exact(until)} ${timeZone}`}>
      {first} – {last}
    </span>
  );
}
