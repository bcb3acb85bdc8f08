import fc from 'fast-check';
import { eventsIn, follow, type SentEvent } from './event-stream.ts';

const TEXT = ': hello\n\nid: 1\nevent: line\ndata: a: b\n\nid: 2\nevent: line\ndata: two\ndata: lines\n\nid: 3\ndata:\n\ndata: cut off';
const EVENTS = [
  { id: '1', event: 'line', data: 'a: b' },
  { id: '2', event: 'line', data: 'two\nlines' },
  { id: '3', event: 'message', data: '' },
];

async function all(events: AsyncIterable<SentEvent>): Promise<SentEvent[]> {
  const seen: SentEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

async function* pieces(cuts: readonly number[]): AsyncGenerator<string> {
  const places = [0, ...cuts.toSorted((a, b) => a - b), TEXT.length];
  for (const [index, place] of places.entries()) yield await Promise.resolve(TEXT.slice(place, places[index + 1] ?? TEXT.length));
}

describe('server-sent events', () => {
  it('are the same however the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(TEXT.length)), async (cuts) => {
        expect(await all(eventsIn(pieces(cuts)))).toEqual(EVENTS);
      }),
    );
  });

  it('go on where a connection broke', async () => {
    const asked: (string | undefined)[] = [];
    const open = (last: string | undefined): Promise<ReadableStream<Uint8Array>> => {
      asked.push(last);
      const text = last === undefined ? 'id: 1\ndata: one\n\n' : 'id: 2\ndata: two\n\n';
      let sent = false;
      const body = new ReadableStream<Uint8Array>({
        pull: (stream) => {
          if (!sent) stream.enqueue(new TextEncoder().encode(text));
          else if (last === undefined) stream.error(new Error('connection reset'));
          else stream.close();
          sent = true;
        },
      });
      return Promise.resolve(body);
    };
    expect((await all(follow(open))).map(({ data }) => data)).toEqual(['one', 'two']);
    expect(asked).toEqual([undefined, '1']);
  });

  it('end with what the server refuses on the way', async () => {
    const problem = { type: 'about:blank', title: 'Not found', status: 404, detail: 'The pod is gone.', code: 'logs.gone' };
    const open = (): Promise<ReadableStream<Uint8Array>> =>
      Promise.resolve(new Blob([`id: 1\ndata: one\n\nevent: problem\ndata: ${JSON.stringify(problem)}\n\n`]).stream());
    await expect(all(follow(open))).rejects.toThrow('The pod is gone.');
  });
});
