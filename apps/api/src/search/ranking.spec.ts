import { bestMatches, type Match } from './ranking.ts';
import type { SearchResult } from './search.schemas.ts';

function match(rank: Match['rank'], kind: SearchResult['kind'], id: string): Match {
  return { rank, result: { kind, id, name: id, detail: '' } };
}

describe('the order of search results', () => {
  it('puts the better match first, whatever its kind', () => {
    const found = [match(2, 'company', 'c'), match(1, 'programme', 'p'), match(0, 'job', 'j'), match(3, 'grant', 'g')];
    expect(bestMatches(found, 10).map(({ id }) => id)).toEqual(['j', 'p', 'c', 'g']);
  });

  it('lets the kinds take turns among equal matches, so that many jobs do not hide a company', () => {
    const jobs = Array.from({ length: 20 }, (_, number) => match(2, 'job', `j${number}`));
    const found = [...jobs, match(2, 'company', 'c1'), match(2, 'company', 'c2')];
    expect(bestMatches(found, 5).map(({ id }) => id)).toEqual(['c1', 'j0', 'c2', 'j1', 'j2']);
  });
});
