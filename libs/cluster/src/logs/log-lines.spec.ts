import fc from 'fast-check';
import { linesBehind, linesIn, type LogLine, type LogPlace } from './log-lines.ts';

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

const LOG = [
  '2026-11-26T06:00:00.100Z loading',
  '2026-11-26T06:00:00.100Z  10%\r 50%\r100%',
  '2026-11-26T06:00:01.000000001Z epoch 1',
  '2026-11-26T14:00:02.5+08:00 训练完成',
];
const behind = (known: LogPlace | undefined, pieces: readonly string[]): Promise<LogLine[]> => all(linesBehind(known, each(pieces)));

describe('the lines of a log', () => {
  it('end at line feeds alone, however the text is cut', async () => {
    const text = 'a\rb\rc\n\nd\r\ne\r';
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length)), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const chunks = places.map((place, index) => text.slice(place, places[index + 1] ?? text.length));
        expect(await all(linesIn(each(chunks)))).toEqual(['a\rb\rc', '', 'd', 'e\r']);
      }),
    );
  });

  it('are handed on in pieces when they do not end, the same however they arrive', async () => {
    const endless = `${'x'.repeat(150_000)}\ny`;
    const whole = await all(linesIn(each([endless])));
    expect(whole.map(({ length }) => length)).toEqual([65_536, 65_536, 18_928, 1]);
    expect(await all(linesIn(each(endless.match(/[^]{1,1000}/g) ?? [])))).toEqual(whole);
  });

  it('bear their instants in UTC, and their number among those of the same', async () => {
    expect(await behind(undefined, LOG)).toEqual([
      { at: '2026-11-26T06:00:00.100000000Z', nth: 1, text: 'loading' },
      { at: '2026-11-26T06:00:00.100000000Z', nth: 2, text: ' 10%\r 50%\r100%' },
      { at: '2026-11-26T06:00:01.000000001Z', nth: 1, text: 'epoch 1' },
      { at: '2026-11-26T06:00:02.500000000Z', nth: 1, text: '训练完成' },
    ]);
  });

  it('go on behind any of them, none twice and none lost, though the cluster repeats', async () => {
    const lines = await behind(undefined, LOG);
    for (const [index, known] of lines.entries()) expect(await behind(known, LOG)).toEqual(lines.slice(index + 1));
  });

  it('include pieces without a timestamp, which are never older than what is known', async () => {
    const pieces = [LOG[0]!, 'a rest without an instant', LOG[2]!];
    const lines = await behind(undefined, pieces);
    expect(lines.map(({ text }) => text)).toEqual(['loading', 'a rest without an instant', 'epoch 1']);
    expect(await behind(lines[0], pieces)).toEqual(lines.slice(1));
    expect(await behind(lines[1], pieces)).toEqual(lines.slice(2));
    expect((await behind(lines[2], ['unable to retrieve container logs'])).map(({ text }) => text)).toEqual([
      'unable to retrieve container logs',
    ]);
    expect((await behind(undefined, ['no instant', 'at all'])).map(({ text }) => text)).toEqual(['no instant', 'at all']);
  });

  it('go on when the node’s clock is set back', async () => {
    const [first, , third] = LOG;
    expect((await behind(undefined, [third!, first!])).map(({ text }) => text)).toEqual(['epoch 1', 'loading']);
    const known = (await behind(undefined, [first!]))[0];
    expect((await behind(known, [first!, third!, first!])).map(({ text }) => text)).toEqual(['epoch 1', 'loading']);
  });
});
