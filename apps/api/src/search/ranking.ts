import type { MatchRank } from '#database';
import { SEARCH_KINDS, type SearchResult } from './search.schemas.ts';

/** A result, and how well it matches. */
export interface Match {
  readonly rank: MatchRank;
  readonly result: SearchResult;
}

/**
 * The best `limit` of the matches, each kind's given best first. Of equally good ones the kinds take turns, so that a hundred jobs with a
 * common word in their names leave a company with that word on the first page.
 */
export function bestMatches(matches: readonly Match[], limit: number): SearchResult[] {
  const counts = new Map<string, number>();
  const placed = matches.map(({ rank, result }) => {
    const group = `${result.kind} ${rank}`;
    const turn = counts.get(group) ?? 0;
    counts.set(group, turn + 1);
    return { rank, turn, kind: SEARCH_KINDS.indexOf(result.kind), result };
  });
  placed.sort((one, other) => one.rank - other.rank || one.turn - other.turn || one.kind - other.kind);
  return placed.slice(0, limit).map(({ result }) => result);
}
