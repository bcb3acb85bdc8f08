import { useMemo, useState } from 'react';
import type { LogBuffer } from './log-buffer.ts';

export interface Matches {
  /** Indices of the lines that have the text. */
  readonly lines: readonly number[];
  /** Which of them is looked at. */
  readonly current: number;
  readonly next: () => void;
  readonly previous: () => void;
}

/** Searches the kept lines, without regard to case. New lines are searched as they arrive. */
export function useMatches(buffer: LogBuffer, version: number, search: string): Matches {
  const lines = useMemo(() => matchingLines(buffer, version, search), [buffer, version, search]);
  const [position, setPosition] = useState({ search: '', index: 0 });
  const current = position.search === search ? Math.min(position.index, Math.max(0, lines.length - 1)) : 0;
  const step = (by: number) => (): void => {
    if (lines.length > 0) setPosition({ search, index: (current + by + lines.length) % lines.length });
  };
  return { lines, current, next: step(1), previous: step(-1) };
}

/** `version` names the state of the buffer that is searched. */
function matchingLines(buffer: LogBuffer, _version: number, search: string): number[] {
  if (search === '') return [];
  const wanted = search.toLowerCase();
  const found: number[] = [];
  buffer.lines.forEach(({ text }, index) => {
    if (text.toLowerCase().includes(wanted)) found.push(index);
  });
  return found;
}
