/** What is looked for: `text` in any case, and the most results. */
export interface TextSearch {
  readonly text: string;
  readonly limit: number;
}

/** How well something matches a text: 0 is equal to it, 1 begins with it, 2 contains it, 3 belongs to something that matches. */
export type MatchRank = 0 | 1 | 2 | 3;

/** The column of `matchRank` in a `rowType`. */
export function rankColumn(value: unknown): MatchRank {
  if (value === 0 || value === 1 || value === 2 || value === 3) return value;
  throw new TypeError('is no rank of a match');
}

/** The rank of what belongs to something that matches, such as the grant of a company. */
export const RELATED: MatchRank = 3;

/**
 * SQL for the `MatchRank` of the best of `columns` for the text in the parameter `$parameter`, in any case; null where none of them
 * contains it. Chinese names are found by any part of them.
 */
export function matchRank(parameter: number, ...columns: readonly string[]): string {
  const wanted = `lower($${parameter}::text)`;
  const ranks = columns.map(
    (name) =>
      `CASE WHEN lower(${name}) = ${wanted} THEN 0 WHEN starts_with(lower(${name}), ${wanted}) THEN 1 WHEN strpos(lower(${name}), ${wanted}) > 0 THEN 2 END`,
  );
  return `least(${ranks.join(', ')})`;
}
