import fc from 'fast-check';
import type { ListOrder } from '#kernel';
import { WrittenLog } from '../testing/written-log.ts';
import { type LogLine, startOf } from './log-lines.ts';
import { logPage, type LogPageRequest } from './log-page.ts';
import { lineContaining } from './log-text-filter.ts';

const START = Date.parse('2026-11-26T06:00:00Z');
const instantAfter = (ms: number): string => startOf(new Date(START + ms)).at;

/** A log with a line so many milliseconds after the one before, each time; several may be of one instant. */
function logOf(gaps: readonly number[], textOf = (index: number) => `line ${index}`): WrittenLog {
  const written = new WrittenLog();
  let ms = 0;
  for (const [index, gap] of gaps.entries()) {
    ms += gap;
    written.write(instantAfter(ms), textOf(index));
  }
  written.end();
  return written;
}

/** All lines of the pages of a list, and how many pages there were. */
async function allPages(written: WrittenLog, request: LogPageRequest): Promise<{ lines: LogLine[]; pages: number }> {
  const lines: LogLine[] = [];
  let { cursor } = request;
  for (let pages = 1; ; pages += 1) {
    const page = await logPage(written.log, { ...request, cursor });
    lines.push(...page.lines);
    expect(page.lines.length).toBeLessThanOrEqual(request.limit);
    if (page.next === undefined) return { lines, pages };
    expect(pages).toBeLessThan(1_000);
    cursor = page.next;
  }
}

const texts = (lines: readonly LogLine[]): string[] => lines.map(({ text }) => text);
const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(999), fc.nat(100_000), fc.nat(40_000_000)), { maxLength: 60 });

describe('pages of a log', () => {
  it.each<ListOrder>(['first', 'latest'])('have each line once, in either order (%s)', async (order) => {
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 20 }), async (given, limit) => {
        const written = logOf(given);
        const wanted = given.map((_, index) => `line ${index}`);
        const { lines } = await allPages(written, { order, limit });
        expect(texts(lines)).toEqual(order === 'first' ? wanted : wanted.toReversed());
      }),
    );
  });

  it.each<ListOrder>(['first', 'latest'])('begin behind any line, keep to a period and to a text (%s)', async (order) => {
    await fc.assert(
      fc.asyncProperty(gaps, fc.nat(60), fc.nat(200_000), fc.nat(60_000_000), async (given, nth, from, length) => {
        const written = logOf(given);
        const all = (await allPages(written, { order, limit: 1_000 })).lines;
        const cursor = all.length === 0 ? undefined : all[nth % all.length];
        const rest = cursor === undefined ? all : all.slice(all.indexOf(cursor) + 1);
        const [since, until] = [startOf(new Date(START + from)), startOf(new Date(START + from + length))];
        const within = rest.filter(({ at, text }) => at >= since.at && at < until.at && text.endsWith('3'));
        const { lines } = await allPages(written, { order, limit: 3, cursor, since, until, matches: lineContaining('3') });
        expect(lines.filter(({ text }) => text.endsWith('3'))).toEqual(within);
        expect(lines.every(({ text }) => text.includes('3'))).toBe(true);
      }),
    );
  });

  it('read the last lines of a long log at once, without what comes before', async () => {
    const written = logOf(Array.from({ length: 5_000 }, () => 1));
    const page = await logPage(written.log, { order: 'latest', limit: 100 });
    expect(texts(page.lines)).toEqual(Array.from({ length: 100 }, (_, index) => `line ${4_999 - index}`));
    expect(written.opened).toBe(1);
    expect(page.next).toEqual({ at: instantAfter(4_901), nth: 1 });
  });

  it('end early where lines are long, and go on there', async () => {
    const written = logOf([1, 1, 1, 1, 1], (index) => String(index).repeat(1_500_000));
    for (const order of ['first', 'latest'] as const) {
      const { lines, pages } = await allPages(written, { order, limit: 100 });
      expect(lines.map(({ text }) => text[0])).toEqual(order === 'first' ? ['0', '1', '2', '3', '4'] : ['4', '3', '2', '1', '0']);
      expect(pages).toBe(3);
    }
  });

  it('find a text whatever its case and its colours', async () => {
    const written = logOf([1, 1, 1], (index) => ['ok', '\u001b[31mERR\u001b[1mOR\u001b[0m: NCCL', '训练完成'][index] ?? '');
    for (const [wanted, found] of [
      ['error: nccl', 1],
      ['训练', 1],
      ['31m', 0],
    ] as const) {
      expect((await logPage(written.log, { order: 'first', limit: 10, matches: lineContaining(wanted) })).lines).toHaveLength(found);
    }
  });
});
