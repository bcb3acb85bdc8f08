import type { EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { follow } from './event-stream.ts';
import { Unreachable } from './failures.ts';

const TEXT = Buffer.from(
  ': hello\n\nid: 1\nevent: line\ndata: a: 步骤\n\nid: 2\nevent: line\ndata: two\ndata: lines\r\n\r\nid: 3\ndata:\n\ndata: cut off',
);
const EVENTS = [
  { id: '1', event: 'line', data: 'a: 步骤' },
  { id: '2', event: 'line', data: 'two\nlines' },
  { id: '3', event: undefined, data: '' },
];

async function all(events: AsyncIterable<EventSourceMessage>): Promise<EventSourceMessage[]> {
  const seen: EventSourceMessage[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

function inPieces(cuts: readonly number[]): ReadableStream<Uint8Array> {
  const places = [0, ...cuts.toSorted((a, b) => a - b), TEXT.length];
  return new ReadableStream({
    start: (stream) => {
      for (const [index, place] of places.entries()) stream.enqueue(TEXT.subarray(place, places[index + 1] ?? TEXT.length));
      stream.close();
    },
  });
}

describe('server-sent events', () => {
  it('are the same however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(TEXT.length)), async (cuts) => {
        expect(await all(follow(() => Promise.resolve(inPieces(cuts))))).toEqual(EVENTS);
      }),
    );
  });

  it('continue after the last event when a connection breaks', async () => {
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

  it('continue at another server when one stops, and fail where none can be reached at first', async () => {
    const stopping = { type: 'about:blank', title: 'Not available', status: 503, detail: 'The server stops.', code: 'stream.interrupted' };
    const answers = [
      () => new Blob([`id: 1\ndata: one\n\nevent: problem\ndata: ${JSON.stringify(stopping)}\n\n`]).stream(),
      () => {
        throw new Unreachable('http://localhost cannot be reached.');
      },
      () => new Blob(['id: 2\ndata: two\n\n']).stream(),
    ];
    const asked: (string | undefined)[] = [];
    const open = async (last: string | undefined): Promise<ReadableStream<Uint8Array>> => {
      asked.push(last);
      return await Promise.resolve(answers.shift()!());
    };
    expect((await all(follow(open))).map(({ data }) => data)).toEqual(['one', 'two']);
    expect(asked).toEqual([undefined, '1', '1']);
    const unreachable = (): Promise<ReadableStream<Uint8Array>> => Promise.reject(new Unreachable('http://localhost cannot be reached.'));
    await expect(all(follow(unreachable))).rejects.toThrow('cannot be reached');
  });

  it('end with the problem that the server sends', async () => {
    const problem = { type: 'about:blank', title: 'Not found', status: 404, detail: 'The pod is gone.', code: 'logs.gone' };
    const open = (): Promise<ReadableStream<Uint8Array>> =>
      Promise.resolve(new Blob([`id: 1\ndata: one\n\nevent: problem\ndata: ${JSON.stringify(problem)}\n\n`]).stream());
    await expect(all(follow(open))).rejects.toThrow('The pod is gone.');
  });
});
