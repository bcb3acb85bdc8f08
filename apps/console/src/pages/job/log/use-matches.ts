import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { LogBuffer } from './log-buffer.ts';
import { comparePlaces, readLines, type WantedLog, type WrittenLine } from './log-lines.ts';
import type { LogReader } from './log-reader.ts';

/** Of a log that is not loaded whole, so many of the latest matches are found. */
const PAGES = 3;
const PAGE = 2_000;
/** The API searches when nothing was typed for so long. */
const SETTLED_MS = 300;

export interface Matches {
  readonly count: number;
  /** Whether earlier lines match too, which are not counted. */
  readonly isMore: boolean;
  readonly isSearching: boolean;
  /** Asks the API once more, where it could not search the lines that are not loaded. */
  readonly searchAgain: (() => void) | undefined;
  /** Which match is looked at, from 0, and the index of its line where that is loaded. */
  readonly current: number;
  readonly index: number | undefined;
  readonly next: () => void;
  readonly previous: () => void;
}

/** Searches a log without regard to case: the lines that are loaded, and by the API those that are not. New lines are searched as they arrive. */
export function useMatches(reader: LogReader, version: number, search: string): Matches {
  const { buffer, wanted } = reader;
  const settled = useSettled(search);
  const isRemote = search !== '' && !buffer.isWhole;
  const loaded = useMemo(() => matchingLines(buffer, version, search), [buffer, version, search]);
  const remote = useQuery({
    queryKey: ['log', wanted.jobId, wanted.attempt, wanted.replica, 'matches', settled],
    queryFn: ({ signal }) => allMatches(wanted, settled, signal),
    enabled: isRemote && settled !== '',
    staleTime: Infinity,
    gcTime: 0,
  });
  const found = isRemote && settled === search ? remote.data : undefined;
  const failed = isRemote && settled === search && remote.isError && !remote.isFetching;
  const lines = useMemo(() => (found === undefined ? loaded : withNewer(found.lines, loaded)), [found, loaded]);
  const [position, setPosition] = useState<{ readonly search: string; readonly id: string }>();
  const known = position?.search === search ? lines.findIndex(({ id }) => id === position.id) : -1;
  const current = known >= 0 ? known : isRemote ? Math.max(0, lines.length - 1) : 0;
  const match = lines[current];
  const step = (by: number) => (): void => {
    const to = lines[(current + by + lines.length) % lines.length];
    if (to === undefined) return;
    setPosition({ search, id: to.id });
    if (buffer.indexOf(to.id) === undefined) reader.showAround(to);
  };
  return {
    count: lines.length,
    isMore: found?.isMore ?? false,
    isSearching: isRemote && found === undefined && !failed,
    searchAgain: failed ? () => void remote.refetch() : undefined,
    current,
    index: match === undefined ? undefined : buffer.indexOf(match.id),
    next: step(1),
    previous: step(-1),
  };
}

/** `version` names the state of the buffer that is searched. */
function matchingLines(buffer: LogBuffer, _version: number, search: string): WrittenLine[] {
  if (search === '') return [];
  const wanted = search.toLowerCase();
  return buffer.lines.filter(({ text }) => text.toLowerCase().includes(wanted));
}

/** The latest matching lines of the whole log, in the order in which they were written. */
async function allMatches(wanted: WantedLog, contains: string, signal: AbortSignal): Promise<{ lines: WrittenLine[]; isMore: boolean }> {
  const lines: WrittenLine[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES || lines.length === 0; pages += 1) {
    const query = { order: 'latest', limit: PAGE, contains, ...(cursor !== undefined && { cursor }) } as const;
    const page = await readLines(wanted, query, signal);
    lines.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return { lines: lines.reverse(), isMore: cursor !== undefined };
}

/** What the API found, and what was written since. */
function withNewer(found: readonly WrittenLine[], loaded: readonly WrittenLine[]): readonly WrittenLine[] {
  const last = found.at(-1)?.id ?? '';
  const newer = loaded.filter(({ id }) => comparePlaces(id, last) > 0);
  return newer.length === 0 ? found : [...found, ...newer];
}

/** The value, once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
